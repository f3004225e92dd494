import { Fragment } from "react";

import styles from "./Marked.module.css";
import { type Marks, type Span, stretches, within } from "./marks";

/** A text with marks in it, as text: nothing it says is taken for HTML. */
export function Marked({ text, marks }: { text: string; marks: Marks }) {
  let at = 0;
  return stretches(text, marks.sentence).map((one) => {
    const start = at;
    at += one.text.length;
    const words = <Words text={one.text} words={within(marks.words, start, at)} />;
    return one.marked ? (
      <span key={start} className={styles["sentence"]} data-nearest="">
        {words}
      </span>
    ) : (
      <Fragment key={start}>{words}</Fragment>
    );
  });
}

function Words({ text, words }: { text: string; words: readonly Span[] }) {
  return stretches(text, words).map((one, at) =>
    one.marked ? (
      <mark key={at} className={styles["mark"]}>
        {one.text}
      </mark>
    ) : (
      one.text
    ),
  );
}
