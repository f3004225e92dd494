import styles from "./Marked.module.css";
import { type Span, stretches } from "./marks";

/** A text with marks in it, as text: nothing it says is taken for HTML. */
export function Marked({ text, marks }: { text: string; marks: readonly Span[] }) {
  return stretches(text, marks).map((one, at) =>
    one.marked ? (
      <mark key={at} className={styles["mark"]}>
        {one.text}
      </mark>
    ) : (
      one.text
    ),
  );
}
