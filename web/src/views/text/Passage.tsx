import { useMemo } from "react";

import type { Segment } from "../../api/types";
import { texts } from "../../texts";
import { Marked } from "../reading/Marked";
import { excerpt } from "../reading/excerpt";
import { marksOf, marksWithin } from "../reading/marks";
import { bodyOf, passageOf } from "../reading/passage";
import { pathOf } from "../reading/titles";
import styles from "./Passage.module.css";

interface PassageProps {
  segment: Segment;
  /** What it is from, which need not be said again. */
  title: string;
  /** About so many characters of it. */
  room: number;
  language: string | undefined;
}

/** A passage that was found: where it stands, and the part of it in which the query's words are. */
export function Passage({ segment, title, room, language }: PassageProps) {
  const { path, page, part } = useMemo(() => {
    const passage = passageOf(segment);
    const place = { path: pathOf(passage, title), page: passage.page };
    // Of a question, its title says it.
    if (passage.answer !== null) return { ...place, part: excerpt(passage.answer, { words: [], sentence: [] }, room) };
    const begin = bodyOf(passage);
    const marks = marksWithin(marksOf(segment), begin, passage.text.length);
    return { ...place, part: excerpt(passage.text.slice(begin), marks, room) };
  }, [segment, title, room]);
  return (
    <>
      {(path.length > 0 || page !== null) && (
        <p className={styles["place"]}>
          {path.length > 0 && <span>{path.join(" › ")}</span>}
          {page !== null && <span>{texts.text.page(page)}</span>}
        </p>
      )}
      <p className={styles["text"]} lang={language} dir="auto">
        {part.before && "… "}
        <Marked text={part.text} marks={part.marks} />
        {part.after && " …"}
      </p>
    </>
  );
}
