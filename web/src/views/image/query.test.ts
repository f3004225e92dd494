import { describe, expect, it } from "vitest";

import type { Item } from "../../api/types";
import { type ImageQuery, mixOf, queryFromUrl, queryOf, queryToUrl, tidy, withItem } from "./query";

const region = { x: 0.5, y: 0, width: 0.5, height: 1 };

const queries: ImageQuery[] = [
  { text: "50% of a cat & dog" },
  { media_id: "m" },
  { item_id: "i", region },
  { text: "snow", parts: [{ media_id: "m", region, weight: 1 }, { text: "a dog", weight: -0.5 }] },
  { media_id: "m", parts: [{ item_id: "i", weight: 2 }] },
  { parts: [{ item_id: "i", weight: 0.5 }] },
  { parts: [{ text: "a cat", weight: 1 }, { text: "a dog", weight: -1 }] },
];

describe("a query", () => {
  it.each(queries)("comes back from its address: %j", (query) => {
    expect(queryFromUrl(queryToUrl(query))).toEqual(query);
  });

  it.each(queries)("comes back from what is shown of it: %j", (query) => {
    expect(queryOf(mixOf(query))).toEqual(query);
  });

  it("keeps of a broken address what can be read", () => {
    expect(queryFromUrl(new URLSearchParams("parts=nonsense&region=7&text=+"))).toBeNull();
    const params = new URLSearchParams({
      media_id: "m",
      region: '{"x": 2, "y": 0, "width": 1, "height": 1}',
      parts: '[{"text": "snow"}, {"text": ""}, 3, null, {"item_id": "i", "weight": 99}, {"weight": 1}]',
    });
    expect(queryFromUrl(params)).toEqual({ media_id: "m", parts: [{ text: "snow", weight: 1 }] });
  });

  it("is none without words and parts", () => {
    expect(queryOf({ words: "  ", parts: [] })).toBeNull();
  });
});

describe("a mix", () => {
  it("has an item once, with its newest weight", () => {
    const item = { id: "i" } as Item;
    const liked = withItem({ text: "a cat" }, item, 1);
    expect(liked).toEqual({ text: "a cat", parts: [{ item_id: "i", weight: 1 }] });
    expect(withItem(liked, item, -0.5)).toEqual({ text: "a cat", parts: [{ item_id: "i", weight: -0.5 }] });
    expect(withItem(null, item, 1)).toEqual({ item_id: "i" });
  });
});

describe("tidy", () => {
  it("keeps a rectangle inside of its picture", () => {
    expect(tidy({ x: 0.80004, y: -0.01, width: 0.5, height: 0.12349 })).toEqual({ x: 0.8, y: 0, width: 0.2, height: 0.123 });
    expect(tidy({ x: 1, y: 1, width: 0, height: 0 })).toEqual({ x: 0.999, y: 0.999, width: 0.001, height: 0.001 });
  });
});
