import { score, texts } from "../../texts";
import styles from "./card.module.css";

/** How well a hit fits; what the number is stands before it where there are several kinds. */
export function Score({ value, label, title }: { value: number; label?: string; title?: string }) {
  return (
    <span className={`${styles["score"] ?? ""} figures`} title={title}>
      <span className={label === undefined ? "unseen" : styles["label"]}>{label ?? texts.search.score} </span>
      {score(value)}
    </span>
  );
}
