import { clock, score, texts } from "../../texts";
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
      <button type="button" className={styles["frame"]} aria-label={open} onClick={() => onOpen(item.id, segment.ordinal)}>
        {item.links.preview && (
          <img src={`${item.links.preview}?segment=${segment.ordinal}&size=512`} alt="" loading="lazy" decoding="async" />
        )}
      </button>
      <div className={styles["caption"]}>
        <span className={styles["name"]}>{name}</span>
        <span className={`${styles["score"] ?? ""} figures`} title={texts.search.score}>
          {score(hit.score)}
        </span>
      </div>
      <p className={`${styles["when"] ?? ""} figures`}>
        {moment ? texts.moments.between(clock(moment.start), clock(moment.end)) : texts.analysis.picture}
        {typeof moments === "number" && moments > 1 && ` · ${texts.analysis.moments(moments)}`}
      </p>
    </article>
  );
}
