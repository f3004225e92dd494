import { shown, texts } from "../../texts";
import { IconButton } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import { AlignmentText } from "./AlignmentText";
import styles from "./HitCard.module.css";
import { type DnaQuery, alignmentOf } from "./query";

/** A sequence that was found: its class, and how the query aligns with it. */
export function HitCard({ hit, onSearch, onOpen }: HitCardProps<DnaQuery>) {
  const { item } = hit;
  const alignment = alignmentOf(hit.details);
  const { label, description, length } = item.metadata;
  return (
    <article className={styles["card"]} aria-label={item.name}>
      <header className={styles["head"]}>
        <div className={styles["title"]}>
          <h3>
            <button type="button" className={styles["open"]} onClick={() => onOpen(item.id)}>
              {item.name}
            </button>
          </h3>
          {label != null && <span className={styles["class"]}>{shown(label)}</span>}
          {alignment ? (
            <span className={`${styles["identity"] ?? ""} figures`}>{texts.dna.identity(alignment.identity)}</span>
          ) : (
            <Score value={hit.score} />
          )}
        </div>
        <IconButton label={texts.item.alike} onClick={() => onSearch({ item_id: item.id })}>
          <AlikeIcon />
        </IconButton>
      </header>
      <p className={styles["facts"]}>
        {[description, typeof length === "number" && texts.dna.letters(length), texts.dna.kmers(hit.score)]
          .filter(Boolean)
          .map(shown)
          .join(" · ")}
      </p>
      {alignment && <AlignmentText alignment={alignment} />}
    </article>
  );
}
