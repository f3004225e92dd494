import { clock, texts } from "../../texts";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import styles from "./HitCard.module.css";
import { type AnalysisQuery, momentOf } from "./query";

/** A moment in which all that was asked for is there: who or what it is, and when. */
export function HitCard({ hit, onOpen }: HitCardProps<AnalysisQuery>) {
  const { item, segment } = hit;
  const moment = momentOf(hit);
  const { moments } = hit.details;
  const name = item.name || item.id.slice(0, 12);
  const open = moment ? texts.analysis.openAt(name, clock(moment.start)) : texts.search.open(name);
  return (
    <article className={styles["card"]} aria-label={name}>
      <div className={styles["frame"]}>
        {item.links.preview && (
          <img src={`${item.links.preview}?segment=${segment.ordinal}&size=512`} alt="" loading="lazy" decoding="async" />
        )}
      </div>
      <div className={styles["caption"]}>
        <button type="button" className={styles["open"]} aria-label={open} onClick={() => onOpen(item.id, segment.ordinal)}>
          {name}
        </button>
        <Score value={hit.score} />
      </div>
      <p className={`${styles["facts"] ?? ""} figures`}>
        {moment ? texts.moments.between(clock(moment.start), clock(moment.end)) : texts.analysis.picture}
        {typeof moments === "number" && moments > 1 && ` · ${texts.analysis.moments(moments)}`}
      </p>
    </article>
  );
}
