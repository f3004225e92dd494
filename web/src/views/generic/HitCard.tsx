import type { Query } from "../../api/types";
import { named, shown, texts } from "../../texts";
import { Thumb } from "../../ui";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import styles from "./HitCard.module.css";

const FACTS = 3;

/** Any hit: its preview if there is one, its name, its score and the first of its metadata. */
export function HitCard({ hit, onOpen }: HitCardProps<Query>) {
  const { item } = hit;
  const name = item.name || item.key || item.id.slice(0, 12);
  return (
    <button type="button" className={styles["card"]} onClick={() => onOpen(item.id)}>
      {item.links.preview && <Thumb preview={item.links.preview} alt="" />}
      <span className={styles["text"]}>
        <span className={styles["name"]}>{name}</span>
        <Score value={hit.score} />
        {Object.entries(item.metadata)
          .slice(0, FACTS)
          .map(([key, value]) => (
            <span key={key} className={styles["fact"]}>
              <span className={styles["key"]}>{named(key)}</span> {shown(value)}
            </span>
          ))}
        {hit.similar.length > 0 && <span className={styles["fact"]}>{texts.search.similar(hit.similar.length)}</span>}
      </span>
    </button>
  );
}
