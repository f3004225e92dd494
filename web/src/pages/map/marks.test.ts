import { expect, it } from "vitest";

import { itemMap } from "../../api/map";
import type { Hit } from "../../api/types";
import { marksOf, placeOf, queryMark } from "./marks";

const map = itemMap({
  vector: "visual",
  generation: 1,
  made_at: "2026-11-21T07:30:00Z",
  scale: 100,
  ids: ["a", "b", "c"],
  x: [0, 50, 100],
  y: [0, 100, 50],
  stale: { added: 1, removed: 0, changed: 0, generation: false, updating: null },
});

function hits(...found: [id: string, score: number][]): Hit[] {
  return found.map(([id, score], at) => ({
    rank: at + 1,
    score,
    scores: {},
    segment: { ordinal: 0, place: {}, text: null, highlights: [], sentence: null },
    others: [],
    similar: [],
    details: {},
    item: {
      id,
      key: null,
      name: id,
      media_type: null,
      metadata: {},
      created_at: map.madeAt,
      updated_at: map.madeAt,
      links: { self: "", content: null, preview: null, play: null },
    },
  }));
}

it("marks the hits that have a point, by how they compare", () => {
  const marks = marksOf(hits(["b", 0.9], ["new", 0.8], ["c", 0.7], ["a", 0.5]), map);
  expect(marks.map(({ id, rank }) => [id, rank])).toEqual([["b", 1], ["c", 3], ["a", 4]]);
  expect(marks.map(({ strength }) => strength)).toEqual([1, expect.closeTo(0.5), 0]);
});

it("knows that of distances less is better", () => {
  expect(marksOf(hits(["a", 1], ["b", 4], ["c", 5]), map).map(({ strength }) => strength)).toEqual([1, 0.25, 0]);
});

it("puts a query that is an item at the item", () => {
  expect(queryMark({ item_id: "c" }, marksOf(hits(["a", 1]), map), map)).toEqual({
    place: placeOf(map, "c"),
    kind: "item",
    of: 0,
  });
});

it("puts any other query amid its best hits", () => {
  const marks = marksOf(hits(["b", 0.9], ["c", 0.7], ["a", 0.5]), map);
  const mark = queryMark({ text: "sea" }, marks, map);
  expect(mark).toMatchObject({ kind: "mean", of: 3 });
  expect(mark?.place.x).toBeCloseTo((0.5 * 1 + 1 * 0.5) / 1.5);
  expect(mark?.place.y).toBeCloseTo((1 * 1 + 0.5 * 0.5) / 1.5);
  expect(queryMark({ item_id: "not mapped yet" }, marks, map)?.kind).toBe("mean");
  expect(queryMark({ item_id: "c", parts: [] }, marks, map)?.kind).toBe("mean");
  expect(queryMark({ text: "sea" }, [], map)).toBeNull();
});
