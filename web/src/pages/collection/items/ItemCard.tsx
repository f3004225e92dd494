import { Fragment, memo } from "react";

import type { Collection, Item } from "../../../api/types";
import { named, shown, texts } from "../../../texts";
import { Thumb } from "../../../ui";
import { CheckIcon } from "../../../ui/icons";
import type { AnyView } from "../../../views/view";
import styles from "./ItemCard.module.css";

interface ItemCardProps {
  view: AnyView;
  collection: Collection;
  item: Item;
  /** Its place in its row. */
  column: number;
  selected: boolean;
  /** The one that the keyboard comes to. */
  current: boolean;
}

/** One item of the grid, which hears of all clicks and keys itself: `data-item` and `data-check` tell it where. */
export const ItemCard = memo(function ItemCard({ view, collection, item, column, selected, current }: ItemCardProps) {
  const { Tile } = view;
  const name = (view.nameOf ?? nameOf)(item);
  const { preview } = item.links;
  const facts = preview || Tile ? [] : factsOf(item);
  return (
    <div
      role="gridcell"
      className={styles["card"]}
      tabIndex={current ? 0 : -1}
      aria-colindex={column + 1}
      aria-selected={selected}
      // All that can be read on it.
      aria-label={Tile && !preview ? undefined : [name, ...facts.flat()].join(" ")}
      aria-labelledby={Tile && !preview ? `tile-${item.id}` : undefined}
      data-item={item.id}
    >
      {preview ? (
        <>
          <Thumb preview={preview} alt="" />
          <p className={styles["name"]}>{name}</p>
        </>
      ) : Tile ? (
        <div id={`tile-${item.id}`} className={styles["tile"]}>
          <Tile collection={collection} item={item} />
        </div>
      ) : (
        <p className={styles["facts"]}>
          <strong>{name}</strong>
          {/* Spaces for those who read it as one text. */}
          {facts.map(([key, value]) => (
            <Fragment key={key}>
              {" "}
              <span>
                {named(key)} <b>{value}</b>
              </span>
            </Fragment>
          ))}
        </p>
      )}
      <button
        type="button"
        role="checkbox"
        tabIndex={-1}
        aria-checked={selected}
        aria-label={texts.items.select(name)}
        className={styles["check"]}
        data-check
      >
        {selected && <CheckIcon size={16} />}
      </button>
    </div>
  );
});

/** What an item is called. */
export function nameOf(item: Item): string {
  return item.name || item.key || item.id.slice(0, 12);
}

const FACTS = 3;

/** What stands for an item that has no picture. */
function factsOf(item: Item): [name: string, value: string][] {
  return Object.entries(item.metadata)
    .slice(0, FACTS)
    .map(([name, value]) => [name, shown(value)]);
}
