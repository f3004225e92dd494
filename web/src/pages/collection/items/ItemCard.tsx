import { type KeyboardEvent, type MouseEvent, memo } from "react";

import type { Item } from "../../../api/types";
import { texts } from "../../../texts";
import { Thumb } from "../../../ui";
import { CheckIcon } from "../../../ui/icons";
import { shown } from "../../../views/generic/metadata";
import styles from "./ItemCard.module.css";

interface ItemCardProps {
  item: Item;
  selected: boolean;
  onOpen: (id: string) => void;
  /** `range`: everything up to here. */
  onSelect: (id: string, range: boolean) => void;
}

/** One item of the grid: a click opens it; its corner, Ctrl, Shift or the space bar select it. */
export const ItemCard = memo(function ItemCard({ item, selected, onOpen, onSelect }: ItemCardProps) {
  const name = item.name || item.key || item.id.slice(0, 12);

  function press(event: MouseEvent): void {
    if (event.shiftKey || event.ctrlKey || event.metaKey) onSelect(item.id, event.shiftKey);
    else onOpen(item.id);
  }

  function key(event: KeyboardEvent): void {
    if (event.key !== " ") return;
    event.preventDefault();
    onSelect(item.id, event.shiftKey);
  }

  return (
    <div className={styles["card"]} data-selected={selected || undefined}>
      <button type="button" className={styles["open"]} aria-label={texts.items.open(name)} onClick={press} onKeyDown={key}>
        {item.links.preview ? <Thumb preview={item.links.preview} alt="" /> : <Facts item={item} name={name} />}
      </button>
      {item.links.preview && <p className={styles["name"]}>{name}</p>}
      <button
        type="button"
        role="checkbox"
        aria-checked={selected}
        aria-label={texts.items.select(name)}
        className={styles["check"]}
        onClick={(event) => onSelect(item.id, event.shiftKey)}
      >
        {selected && <CheckIcon size={16} />}
      </button>
    </div>
  );
});

const FACTS = 4;

/** What stands for an item that has no picture. */
function Facts({ item, name }: { item: Item; name: string }) {
  return (
    <span className={styles["facts"]}>
      <strong>{name}</strong>
      {Object.entries(item.metadata)
        .slice(0, FACTS)
        .map(([key, value]) => (
          <span key={key}>
            {key} <b>{shown(value)}</b>
          </span>
        ))}
    </span>
  );
}
