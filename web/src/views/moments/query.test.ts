import { describe, expect, it } from "vitest";

import { type MomentQuery, queryFromUrl, queryToUrl, tidy } from "./query";

const queries: MomentQuery[] = [
  { text: "a dog & a cat" },
  { media_id: "m" },
  { item_id: "i", part: { start: 0, end: 1.25 } },
  { media_id: "m", find: "same" },
];

describe("a query", () => {
  it.each(queries)("comes back from its address: %j", (query) => {
    expect(queryFromUrl(queryToUrl(query))).toEqual(query);
  });

  it("keeps of a broken address what can be read", () => {
    expect(queryFromUrl(new URLSearchParams("text=+&part=1-2"))).toBeNull();
    expect(queryFromUrl(new URLSearchParams("item_id=i&part=2-1&find=best"))).toEqual({ item_id: "i" });
    expect(queryFromUrl(new URLSearchParams("item_id=i&part=a-b"))).toEqual({ item_id: "i" });
  });
});

describe("a part", () => {
  it("goes forwards and is never empty", () => {
    expect(tidy(3.14159, 1)).toEqual({ start: 1, end: 3.14 });
    expect(tidy(-1, 0)).toEqual({ start: 0, end: 0.1 });
  });
});
