import type { ItemMap } from "../../api/map";
import type { Hit, Query } from "../../api/types";
import type { Place } from "./viewport";

/** A hit of the search that has a point on the map. */
export interface Mark {
  id: string;
  rank: number;
  place: Place;
  /** From 1 (the best hit) to 0 (the last one). */
  strength: number;
}

/** Where the query is marked: at its own item, or amid its best hits. */
export interface QueryMark {
  place: Place;
  kind: "item" | "mean";
  /** Of how many hits it is the mean. */
  of: number;
}

const BEST = 10;

/** The hits that have a point. Scores are compared with each other only: of distances, less is better. */
export function marksOf(hits: readonly Hit[], map: ItemMap): Mark[] {
  const first = hits[0]?.score ?? 0;
  const extent = first - (hits.at(-1)?.score ?? 0);
  return hits.flatMap((hit) => {
    const place = placeOf(map, hit.item.id);
    const strength = extent === 0 ? 1 : 1 - (first - hit.score) / extent;
    return place ? [{ id: hit.item.id, rank: hit.rank, place, strength }] : [];
  });
}

/**
 * Where the query is: at its item, if it asks for nothing but what is like that; else at the mean of its best hits, of
 * which the better ones count more.
 */
export function queryMark(query: Query | null, marks: readonly Mark[], map: ItemMap): QueryMark | null {
  const { item_id: item, ...rest } = query ?? {};
  const own = typeof item === "string" && Object.keys(rest).length === 0 ? placeOf(map, item) : null;
  if (own) return { place: own, kind: "item", of: 0 };
  const best = marks.slice(0, BEST);
  const weight = best.reduce((sum, mark) => sum + mark.strength, 0);
  if (weight === 0) return null;
  const mean = (of: (mark: Mark) => number): number =>
    best.reduce((sum, mark) => sum + of(mark) * mark.strength, 0) / weight;
  return { place: { x: mean(({ place }) => place.x), y: mean(({ place }) => place.y) }, kind: "mean", of: best.length };
}

/** Where an item lies; null if it has no point yet. */
export function placeOf(map: ItemMap, id: string): Place | null {
  const at = map.numbers.get(id);
  return at === undefined ? null : { x: map.places[2 * at] ?? 0, y: map.places[2 * at + 1] ?? 0 };
}
