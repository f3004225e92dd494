import { CopyButton } from "../ui";
import styles from "./Snippet.module.css";

/** A command or a program to copy; `label` says what is copied. */
export function Snippet({ text, label }: { text: string; label: string }) {
  return (
    <div className={styles["snippet"]}>
      <pre>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={label} />
    </div>
  );
}
