/** How the items lie in the window: so many in a row, and so many rows to a page. */
interface Layout {
  items: number;
  columns: number;
  pageRows: number;
}

interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
}

/**
 * The place that a key leads to from place `at`, as in the grid pattern of WAI-ARIA; null if it leads nowhere. Left
 * and right go on in the next row: rows are only as long as the window is wide.
 */
export function moved(at: number, { key, ctrlKey, metaKey }: Key, { items, columns, pageRows }: Layout): number | null {
  const start = at - (at % columns);
  const last = items - 1;
  const whole = ctrlKey || metaKey;
  switch (key) {
    case "Home":
      return whole ? 0 : start;
    case "End":
      return whole ? last : Math.min(start + columns - 1, last);
    case "ArrowLeft":
      return whole || at === 0 ? null : at - 1;
    case "ArrowRight":
      return whole || at >= last ? null : at + 1;
    case "ArrowUp":
      return whole || at < columns ? null : at - columns;
    case "ArrowDown":
      return whole ? null : below(at, 1, columns, last);
    case "PageUp":
      return whole || at < columns ? null : Math.max(at % columns, at - pageRows * columns);
    case "PageDown":
      return whole ? null : below(at, pageRows, columns, last);
    default:
      return null;
  }
}

/** So many rows further down, or as far as there are rows; the last row may be too short for the column. */
function below(at: number, rows: number, columns: number, last: number): number | null {
  const row = Math.min(Math.floor(at / columns) + rows, Math.floor(last / columns));
  return row === Math.floor(at / columns) ? null : Math.min(row * columns + (at % columns), last);
}
