import { texts } from "../../texts";
import { IconButton } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import { Cover } from "./Cover";
import styles from "./HitCard.module.css";
import { about } from "./about";
import type { TitleQuery } from "./query";

/** A title that was found. */
export function HitCard({ application, collection, hit, onSearch, onOpen }: HitCardProps<TitleQuery>) {
  const { item } = hit;
  return (
    <article className={styles["card"]} aria-label={item.name}>
      <button type="button" className={styles["open"]} onClick={() => onOpen(item.id)}>
        <Cover application={application.name} collection={collection.name} {...item} />
        <span className={styles["text"]}>
          <span className={styles["name"]}>{item.name}</span>
          <span className={styles["facts"]}>{about(item.metadata)}</span>
          <Score value={hit.score} label={texts.search.score} />
        </span>
      </button>
      <IconButton className={styles["alike"]} label={texts.item.alike} onClick={() => onSearch({ item_id: item.id })}>
        <AlikeIcon />
      </IconButton>
    </article>
  );
}
