import { useMemo } from "react";

import { type ItemMap, useSomeItems } from "../../api/map";
import type { Application, Collection } from "../../api/types";
import type { Grid } from "./grid";
import { type Mark, placeOf } from "./marks";
import type { Shown } from "./Overlay";
import { useSettled } from "./useSettled";
import { type Place, type Size, type Viewport, seen, toScreen } from "./viewport";

const FEW = 150;
const MOST = 48;
const PAUSE = 150;
const LABEL = { width: 110, height: 34 };

/** The items to show at their points: when few are on the screen, those that do not hide each other; hits go first. */
export function useShown(
  application: Application,
  collection: Collection,
  map: ItemMap,
  grid: Grid,
  marks: readonly Mark[],
  view: Viewport,
  size: Size,
): { shown: Shown[]; side: number } {
  const settled = useSettled(view, PAUSE);
  const pictures = application.accepts.length > 0;
  const { ids, side } = useMemo(() => {
    const there = grid.inside(seen(settled, size), FEW);
    if (!there) return { ids: [], side: 0 };
    const side = sideFor(there.length, size);
    const visible = new Set(there.map((at) => map.ids[at] ?? ""));
    const first = marks.map(({ id }) => id).filter((id) => visible.delete(id));
    const candidates = [...first, ...visible].map((id) => ({ id, place: placeOf(map, id) ?? { x: 0, y: 0 } }));
    const cell = pictures ? { width: side + 6, height: side + 6 } : LABEL;
    const chosen = apart(candidates, (one) => toScreen(settled, size, one.place), cell, MOST);
    // In an order of their own, so that the same items are asked for only once.
    return { ids: chosen.map(({ id }) => id).sort(), side };
  }, [grid, map, marks, settled, size, pictures]);
  const { data } = useSomeItems(application.name, collection.name, ids);
  const shown = useMemo(() => {
    const wanted = new Set(ids);
    const strengths = new Map(marks.map(({ id, strength }) => [id, strength]));
    return (data ?? []).flatMap((item) => {
      const place = wanted.has(item.id) ? placeOf(map, item.id) : null;
      return place ? [{ item, place, strength: strengths.get(item.id) }] : [];
    });
  }, [data, ids, map, marks]);
  return { shown, side };
}

/** The side of pictures when so many share the screen. */
function sideFor(count: number, size: Size): number {
  return Math.min(Math.max(Math.sqrt((size.width * size.height) / (6 * Math.max(count, 1))), 44), 104);
}

/** Those, in their order, that keep a cell's distance from all before them; `most` at most. */
function apart<T>(all: readonly T[], placeOf: (one: T) => Place, cell: Size, most: number): T[] {
  const chosen: T[] = [];
  const taken: Place[] = [];
  for (const one of all) {
    if (chosen.length === most) break;
    const place = placeOf(one);
    if (taken.some((other) => Math.abs(other.x - place.x) < cell.width && Math.abs(other.y - place.y) < cell.height)) {
      continue;
    }
    chosen.push(one);
    taken.push(place);
  }
  return chosen;
}
