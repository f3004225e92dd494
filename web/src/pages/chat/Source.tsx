import type { Citation } from "../../api/types";
import { texts } from "../../texts";
import { bodyOf, passageOf } from "../../views/reading/passage";
import styles from "./Source.module.css";

const ROOM = 160;

/** A passage that an answer cites: what it is from, where it stands there, and how it begins. */
export function Source({ citation, onOpen }: { citation: Citation; onOpen: () => void }) {
  const passage = passageOf(citation);
  const { page, answer, headings } = passage;
  const path = headings[0] === citation.title ? headings.slice(1) : headings;
  const place = [...path.slice(-1), ...(page === null ? [] : [texts.text.page(page)])].join(" · ");
  return (
    <button type="button" className={styles["source"]} onClick={onOpen}>
      {/* Spaces for those who read it as one text. */}
      <span className={styles["number"]}>{citation.number}</span>{" "}
      <span className={styles["about"]}>
        <span className={styles["title"]}>{citation.title}</span>{" "}
        {place && <span className={styles["place"]}>{place} </span>}
        <span className={styles["text"]}>{(answer ?? passage.text.slice(bodyOf(passage))).slice(0, ROOM)}</span>
      </span>
    </button>
  );
}
