import { describe, expect, it } from "vitest";

import { type TextQuery, queryFromUrl, queryOf, queryToUrl } from "./query";

const queries: TextQuery[] = [
  { text: "50% of a cat & dog?" },
  { text: "an exact word", mode: "keywords" },
  { text: "what it means", mode: "meaning" },
  { item_id: "i" },
];

describe("a query", () => {
  it.each(queries)("comes back from its address: %j", (query) => {
    expect(queryFromUrl(queryToUrl(query))).toEqual(query);
  });

  it("keeps of a broken address what can be read", () => {
    expect(queryFromUrl(new URLSearchParams("text=+&mode=meaning"))).toBeNull();
    expect(queryFromUrl(new URLSearchParams("text=a&mode=magic&item_id=i"))).toEqual({ text: "a" });
    expect(queryFromUrl(new URLSearchParams("item_id=i&mode=keywords"))).toEqual({ item_id: "i" });
    expect(queryFromUrl(new URLSearchParams({ text: "x".repeat(5000) }))?.text).toHaveLength(4000);
  });

  it("leaves out the mode that the server takes anyway", () => {
    expect(queryOf(" a ", "hybrid")).toEqual({ text: "a" });
    expect(queryOf("a", "keywords")).toEqual({ text: "a", mode: "keywords" });
    expect(queryOf("  ", "keywords")).toBeNull();
  });
});
