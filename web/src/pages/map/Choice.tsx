import type { ReactNode } from "react";

import { Select } from "../../ui";
import styles from "./Choice.module.css";

interface ChoiceProps {
  label: string;
  value: string;
  onChoose: (value: string) => void;
  /** The options. */
  children: ReactNode;
}

/** One of few, with its label before it: it stands in a bar, where a field would be too tall. */
export function Choice({ label, value, onChoose, children }: ChoiceProps) {
  return (
    <label className={styles["choice"]}>
      {label}
      <Select value={value} onChange={({ target }) => onChoose(target.value)}>
        {children}
      </Select>
    </label>
  );
}
