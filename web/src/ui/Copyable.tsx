import { CopyButton } from "./CopyButton";
import styles from "./Copyable.module.css";

/** A text like an id, which is copied rather than read: in one line, cut off where there is no room. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <span className={styles["copyable"]}>
      <code title={text}>{text}</code>
      <CopyButton text={text} label={label} />
    </span>
  );
}
