import {
  type KeyboardEvent,
  type MouseEvent,
  type Ref,
  memo,
  useEffect,
  useId,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "react";

import type { Collection, Item } from "../../../api/types";
import { texts } from "../../../texts";
import type { AnyView } from "../../../views/view";
import { ItemCard } from "./ItemCard";
import styles from "./ItemGrid.module.css";
import { moved } from "./moves";
import { usePlace, useRows } from "./useRows";

// All in pixels: the least width of a card with a picture, of one with facts and of one that a view fills, what is below
// a picture, the height of a card without.
const LEAST = 150;
const LEAST_FACTS = 190;
const LEAST_TILE = 240;
const GAP = 12;
const CAPTION = 30;
const FACTS = 116;
/** Rows above and below the window that are in the document. */
const BEYOND = 3;
/** Rows before the end at which more are asked for. */
const AHEAD = 24;
/** What stays above the rows while they scroll, in pixels. */
const HEAD = 120;

/** What others ask of the grid. */
export interface Grid {
  /** Give the keyboard to the item that it was at last, or to another one. */
  focus: (id?: string) => void;
}

interface ItemGridProps {
  ref: Ref<Grid>;
  view: AnyView;
  collection: Collection;
  items: readonly Item[];
  /** How many there are, also of those that are not loaded yet. */
  total: number;
  selected: ReadonlySet<string>;
  hasMore: boolean;
  onMore: () => void;
  onOpen: (id: string) => void;
  /** One more or less; or, with `from`, everything from the anchor, which is `from` if there is none yet. */
  onSelect: (id: string, from?: string) => void;
  onSelectAll: () => void;
  onSelectNone: () => void;
  onDelete: (id: string) => void;
}

/**
 * Any number of items, by the grid pattern of WAI-ARIA: arrows move, Enter opens, Space selects, Shift selects a range.
 * Only the rows near the window are in the document, and the one that the keyboard is at.
 */
export function ItemGrid(props: ItemGridProps) {
  const { ref, view, collection, items, total, selected, hasMore, onMore, onOpen, onSelect, onSelectAll, onSelectNone, onDelete } = props;
  const box = useRef<HTMLDivElement>(null);
  const place = usePlace(box);
  const pictures = items.some((item) => item.links.preview);
  const least = pictures ? LEAST : view.Tile ? LEAST_TILE : LEAST_FACTS;
  const columns = Math.max(view.Tile ? 1 : 2, Math.floor((place.width + GAP) / (least + GAP)));
  const card = pictures ? (place.width - GAP * (columns - 1)) / columns + CAPTION : FACTS;
  const height = card + GAP;
  const count = place.width ? Math.ceil(items.length / columns) : 0;
  const near = useRows(place, height, BEYOND);
  const help = useId();

  // Where the keyboard is. Who was there may be gone: then whoever took that place.
  const [at, setAt] = useState<{ id: string; index: number } | null>(null);
  const found = at === null ? 0 : items.findIndex((one) => one.id === at.id);
  const current = found >= 0 ? found : Math.min(at?.index ?? 0, items.length - 1);
  const currentRow = Math.floor(current / columns);
  const [wanted, setWanted] = useState(0);

  function go(index: number): void {
    const item = items[index];
    if (!item) return;
    setAt({ id: item.id, index });
    setWanted((times) => times + 1);
  }

  useImperativeHandle(ref, () => ({
    focus: (id) => go(id === undefined ? current : Math.max(0, items.findIndex((one) => one.id === id))),
  }));

  const held = useRef(false);
  useLayoutEffect(() => {
    if (wanted) enter(box.current);
  }, [wanted]);
  useLayoutEffect(() => {
    // In another row it is another element, which the browser does not know yet.
    if (held.current && !box.current?.contains(document.activeElement)) enter(box.current);
  }, [columns]);

  useEffect(() => {
    if (hasMore && place.width && near.end >= count - AHEAD) onMore();
  }, [hasMore, place.width, near.end, count, onMore]);

  function press(event: MouseEvent): void {
    const id = idAt(event.target);
    if (id === null) return;
    const before = items[current]?.id;
    setAt({ id, index: items.findIndex((one) => one.id === id) });
    const checking = event.target instanceof Element && event.target.closest("[data-check]") !== null;
    if (event.shiftKey) onSelect(id, before);
    else if (checking || event.ctrlKey || event.metaKey) onSelect(id);
    else onOpen(id);
  }

  function key(event: KeyboardEvent): void {
    const id = idAt(event.target);
    if (id === null || event.altKey) return;
    const next = moved(current, event, {
      items: items.length,
      columns,
      pageRows: Math.max(1, Math.floor((place.window - HEAD) / height)),
    });
    const letter = event.key.toLowerCase();
    if (next !== null) {
      go(next);
      const to = items[next]?.id;
      if (event.shiftKey && to !== undefined) onSelect(to, id);
    } else if (event.key === " ") onSelect(id, event.shiftKey ? id : undefined);
    else if (event.key === "Enter") onOpen(id);
    else if (event.key === "Escape") onSelectNone();
    else if (event.key === "Delete") onDelete(id);
    else if (letter === "a" && (event.ctrlKey || event.metaKey)) onSelectAll();
    else return;
    event.preventDefault();
  }

  const shown = Array.from({ length: Math.max(0, Math.min(near.end, count) - near.first) }, (_, row) => near.first + row);
  if (count && currentRow < near.first) shown.unshift(currentRow);
  else if (count && currentRow >= near.end) shown.push(currentRow);

  return (
    <>
      <p id={help} className="unseen">
        {texts.items.keys}
      </p>
      <div
        ref={box}
        role="grid"
        tabIndex={-1}
        className={styles["grid"]}
        aria-label={texts.items.grid}
        aria-describedby={help}
        aria-multiselectable
        aria-rowcount={Math.ceil(total / columns)}
        aria-colcount={columns}
        style={{ height: count * height }}
        onClick={press}
        onKeyDown={key}
        onBlur={() => {
          held.current = false;
        }}
        onFocus={(event) => {
          held.current = true;
          const id = idAt(event.target);
          if (id !== null && id !== at?.id) setAt({ id, index: items.findIndex((one) => one.id === id) });
        }}
      >
        {shown.map((row) => (
          <Row
            key={row}
            view={view}
            collection={collection}
            row={row}
            columns={columns}
            items={items}
            selected={selected}
            current={row === currentRow ? current : null}
            top={row * height}
            height={card}
          />
        ))}
      </div>
    </>
  );
}

interface RowProps {
  view: AnyView;
  collection: Collection;
  row: number;
  columns: number;
  items: readonly Item[];
  selected: ReadonlySet<string>;
  /** The place that the keyboard comes to, if it is in this row. */
  current: number | null;
  top: number;
  height: number;
}

const Row = memo(function Row({ view, collection, row, columns, items, selected, current, top, height }: RowProps) {
  const first = row * columns;
  return (
    <div
      role="row"
      aria-rowindex={row + 1}
      className={styles["row"]}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
    >
      {items.slice(first, first + columns).map((item, column) => (
        <ItemCard
          key={item.id}
          view={view}
          collection={collection}
          item={item}
          column={column}
          selected={selected.has(item.id)}
          current={current === first + column}
        />
      ))}
    </div>
  );
});

/** Give the keyboard to the current item of a grid. */
function enter(grid: HTMLElement | null): void {
  const cell = grid?.querySelector<HTMLElement>('[role="gridcell"][tabindex="0"]');
  cell?.focus({ preventScroll: true });
  cell?.scrollIntoView({ block: "nearest" });
}

/** The item of the grid that an event happened at. */
function idAt(target: EventTarget): string | null {
  return target instanceof Element
    ? (target.closest<HTMLElement>("[data-item]")?.dataset["item"] ?? null)
    : null;
}
