import {
  type ComponentProps,
  type InputHTMLAttributes,
  type ReactElement,
  type ReactNode,
  type SelectHTMLAttributes,
  cloneElement,
  useId,
} from "react";

import { texts } from "../texts";
import styles from "./Field.module.css";

interface ControlProps {
  id?: string;
  "aria-describedby"?: string;
  "aria-invalid"?: boolean;
}

interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  optional?: boolean;
  /** One input, select, textarea or slider: it gets the label, the hint and the error. */
  children: ReactElement<ControlProps>;
}

/** A control with its label, its hint and what is wrong with its value. */
export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const id = useId();
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  return (
    <div className={styles["field"]}>
      <label className={styles["label"]} htmlFor={id}>
        {label}
        {optional && <span className={styles["optional"]}>{texts.optional}</span>}
      </label>
      {cloneElement(children, {
        id,
        "aria-invalid": error ? true : undefined,
        "aria-describedby": described || undefined,
      })}
      {error && (
        <p className={styles["error"]} id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
      {hint && (
        <p className={styles["hint"]} id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function Input(props: ComponentProps<"input">) {
  return <input className={styles["control"]} autoComplete="off" {...props} />;
}

export function TextArea({ code = false, ...props }: ComponentProps<"textarea"> & { code?: boolean }) {
  const names = [styles["control"], styles["area"], code && styles["code"]].filter(Boolean).join(" ");
  return <textarea className={names} rows={3} spellCheck={!code} {...props} />;
}

export function Select(props: SelectHTMLAttributes<HTMLSelectElement>) {
  return <select className={`${styles["control"] ?? ""} ${styles["select"] ?? ""}`} {...props} />;
}

export function Slider(props: Omit<InputHTMLAttributes<HTMLInputElement>, "type">) {
  return <input type="range" className={styles["slider"]} {...props} />;
}
