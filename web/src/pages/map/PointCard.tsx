import { useLayoutEffect, useRef } from "react";

import { useItem } from "../../api/queries";
import type { Application, Collection, Hit } from "../../api/types";
import { named, score, shown, texts } from "../../texts";
import { Skeleton, Thumb } from "../../ui";
import styles from "./PointCard.module.css";
import { type Place, type Size, beside } from "./viewport";

const FACTS = 3;

interface PointCardProps {
  application: Application;
  collection: Collection;
  id: string;
  /** If the search found it. */
  hit: Hit | undefined;
  /** Where its point is, in CSS pixels. */
  at: Place;
  /** How far the card keeps from it. */
  gap: number;
  size: Size;
  /** Fingers have no hover: for them the card opens the item. */
  onOpen: (() => void) | null;
}

/** The item of the point that is looked at, in a card that stays inside the map. */
export function PointCard({ application, collection, id, hit, at, gap, size, onOpen }: PointCardProps) {
  const card = useRef<HTMLDivElement>(null);
  const found = useItem(application.name, collection.name, id);
  const item = found.data ?? hit?.item;

  useLayoutEffect(() => {
    const element = card.current;
    if (!element) return;
    const inside = { width: element.offsetWidth, height: element.offsetHeight };
    const { x, y } = beside(at, inside, size, gap);
    element.style.translate = `${Math.round(x)}px ${Math.round(y)}px`;
  });

  const name = item && (item.name || item.key || item.id.slice(0, 12));
  const content = (
    <>
      {item?.links.preview && <Thumb preview={item.links.preview} alt="" />}
      <span className={styles["text"]}>
        {name ? <span className={styles["name"]}>{name}</span> : <Skeleton height="1.2rem" />}
        {hit && <span className={`${styles["fact"] ?? ""} figures`}>{texts.map.hit(hit.rank, score(hit.score))}</span>}
        {Object.entries(item?.metadata ?? {})
          .slice(0, FACTS)
          .map(([key, value]) => (
            <span key={key} className={styles["fact"]}>
              <span className={styles["key"]}>{named(key)}</span> {shown(value)}
            </span>
          ))}
      </span>
    </>
  );
  return (
    <div ref={card} className={styles["card"]} data-testid="point">
      {onOpen ? (
        <button type="button" className={styles["open"]} onClick={onOpen}>
          {content}
        </button>
      ) : (
        content
      )}
      <p className="unseen" role="status">
        {name && texts.map.spoken(name, hit?.rank ?? null)}
      </p>
    </div>
  );
}
