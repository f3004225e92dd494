import type { Recommended } from "../../api/recommendations";
import type { Collection } from "../../api/types";
import { texts } from "../../texts";
import { IconButton } from "../../ui";
import { HeartIcon } from "../../ui/icons";
import { Cover } from "../../views/recommendation/Cover";
import { about } from "../../views/recommendation/about";
import styles from "./Shelf.module.css";

interface Props {
  collection: Collection;
  title: string;
  items: readonly Recommended[];
  /** What its reasons need not say again. */
  reason: string | null;
  onOpen: (id: string) => void;
  /** With the heart that was pressed. */
  onLike: (item: Recommended, heart: HTMLElement) => void;
}

/** Recommendations beside each other, each with why it is one. */
export function Shelf({ collection: { application, name }, title, items, reason, onOpen, onLike }: Props) {
  return (
    <section className={styles["shelf"]} aria-label={title}>
      <h2>{title}</h2>
      <ol className={styles["items"]}>
        {items.map((item) => {
          const because = item.because.filter((one) => one.item_id !== reason);
          return (
            <li key={item.item_id} className={styles["card"]}>
              <button type="button" className={styles["open"]} onClick={() => onOpen(item.item_id)}>
                <Cover application={application} collection={name} id={item.item_id} {...item} />
                <span className={styles["name"]}>{item.name}</span>
                <span className={styles["facts"]}>{about(item.metadata)}</span>
              </button>
              {because.length > 0 && (
                <p className={styles["because"]}>{texts.recommend.because(because.map((one) => one.name))}</p>
              )}
              <IconButton
                className={styles["like"]}
                data-like
                label={texts.recommend.like(item.name)}
                onClick={(event) => onLike(item, event.currentTarget)}
              >
                <HeartIcon />
              </IconButton>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
