import type { CSSProperties } from "react";

import { collections } from "../../api/collections";
import type { Recommended } from "../../api/recommendations";
import type { Collection } from "../../api/types";
import { shown, texts } from "../../texts";
import { IconButton } from "../../ui";
import { HeartIcon } from "../../ui/icons";
import styles from "./Shelf.module.css";

const HUES = 360;

interface Props {
  collection: Collection;
  title: string;
  items: readonly Recommended[];
  /** What its reasons need not say again. */
  reason: string | null;
  onOpen: (id: string) => void;
  onLike: (item: Recommended) => void;
}

/** Recommendations beside each other, each with why it is one. */
export function Shelf({ collection: { application, name }, title, items, reason, onOpen, onLike }: Props) {
  return (
    <section className={styles["shelf"]} aria-label={title}>
      <h2>{title}</h2>
      <ol className={styles["items"]}>
        {items.map((item) => {
          const { categories, category, year, has_picture } = item.metadata;
          const because = item.because.filter((one) => one.item_id !== reason);
          return (
            <li key={item.item_id} className={styles["card"]}>
              <button type="button" className={styles["open"]} onClick={() => onOpen(item.item_id)}>
                <span className={styles["cover"]} style={coloured(typeof category === "string" ? category : item.name)} aria-hidden="true">
                  {has_picture === true ? (
                    <img src={`${collections.address(application, name, "items", item.item_id, "preview")}?size=128`} alt="" />
                  ) : (
                    item.name.slice(0, 1)
                  )}
                </span>
                <span className={styles["name"]}>{item.name}</span>
                <span className={styles["facts"]}>
                  {[year, categories].filter((one) => one !== undefined && one !== null).map(shown).join(" · ")}
                </span>
              </button>
              {because.length > 0 && (
                <p className={styles["because"]}>{texts.recommend.because(because.map((one) => one.name))}</p>
              )}
              <IconButton className={styles["like"]} label={texts.recommend.like(item.name)} onClick={() => onLike(item)}>
                <HeartIcon />
              </IconButton>
            </li>
          );
        })}
      </ol>
    </section>
  );
}

/** The same colour for the same category. */
function coloured(category: string): CSSProperties {
  let hash = 0;
  for (const character of category) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % HUES;
  return { "--hue": hash } as CSSProperties;
}
