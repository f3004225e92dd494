import type { ComponentProps, ReactNode, RefObject } from "react";

import { IconButton } from "../../ui";
import { CloseIcon, SearchIcon } from "../../ui/icons";
import styles from "./SearchBox.module.css";

type Props = Omit<ComponentProps<"input">, "ref" | "value" | "onChange" | "className"> & {
  ref: RefObject<HTMLInputElement | null>;
  label: string;
  value: string;
  onType: (text: string) => void;
  clearLabel: string;
  onClear: () => void;
  /** Before the words: what else is asked with. */
  before?: ReactNode;
  /** Behind the words: what else can be done with them. */
  children?: ReactNode;
  /** Instead of the magnifying glass. */
  icon?: ReactNode;
};

/** A box for what is asked in words. */
export function SearchBox({ label, value, onType, clearLabel, onClear, before, children, icon, ...input }: Props) {
  return (
    <div className={styles["box"]} data-wrong={input["aria-invalid"]}>
      {icon ?? <SearchIcon size={20} />}
      {before}
      <input
        type="text"
        enterKeyHint="search"
        autoComplete="off"
        aria-label={label}
        value={value}
        onChange={(event) => onType(event.target.value)}
        {...input}
      />
      {value && (
        <IconButton
          label={clearLabel}
          onClick={() => {
            onClear();
            input.ref.current?.focus();
          }}
        >
          <CloseIcon size={16} />
        </IconButton>
      )}
      {children}
    </div>
  );
}
