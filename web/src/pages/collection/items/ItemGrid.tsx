import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import type { Item } from "../../../api/types";
import { texts } from "../../../texts";
import { ItemCard } from "./ItemCard";
import styles from "./ItemGrid.module.css";
import type { Selection } from "./selection";

const LEAST = 150;
const GAP = 12;
const CAPTION = 30;
const OVERSCAN = 4;
/** Rows before the end at which more are asked for. */
const AHEAD = 12;

interface ItemGridProps {
  items: readonly Item[];
  selection: Selection;
  hasMore: boolean;
  onMore: () => void;
  onOpen: (id: string) => void;
  onSelect: (id: string, range: boolean) => void;
}

/** Any number of items: only the rows near the window are in the document. */
export function ItemGrid({ items, selection, hasMore, onMore, onOpen, onSelect }: ItemGridProps) {
  const box = useRef<HTMLDivElement>(null);
  const [{ width, top }, setPlace] = useState({ width: 0, top: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void =>
      setPlace({ width: element.clientWidth, top: element.getBoundingClientRect().top + window.scrollY });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // What stands above may grow: an upload, a notice.
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);

  const columns = Math.max(2, Math.floor((width + GAP) / (LEAST + GAP)));
  const side = (width - GAP * (columns - 1)) / columns;
  const rows = Math.ceil(items.length / columns);
  const virtual = useWindowVirtualizer({
    count: width ? rows : 0,
    estimateSize: () => side + CAPTION + GAP,
    overscan: OVERSCAN,
    scrollMargin: top,
  });
  useEffect(() => virtual.measure(), [virtual, side]);

  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && width && last >= rows - AHEAD) onMore();
  }, [hasMore, width, last, rows, onMore]);

  return (
    <div ref={box} role="group" aria-label={texts.items.grid} style={{ position: "relative", height: virtual.getTotalSize() }}>
      {shown.map((row) => (
        <div
          key={row.key}
          className={styles["row"]}
          style={{
            transform: `translateY(${row.start - top}px)`,
            height: side + CAPTION,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {items.slice(row.index * columns, (row.index + 1) * columns).map((item) => (
            <ItemCard
              key={item.id}
              item={item}
              selected={selection.ids.has(item.id)}
              onOpen={onOpen}
              onSelect={onSelect}
            />
          ))}
        </div>
      ))}
    </div>
  );
}
