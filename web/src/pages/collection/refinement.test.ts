import { describe, expect, it } from "vitest";

import { addressOf, carriedOver, refinementFromUrl } from "./refinement";

const query = new URLSearchParams({ text: "50% & more" });

describe("refinement", () => {
  it("comes back from the address it was put into", () => {
    const refinement = { filter: 'width >= 320 and format == "GIF"', min_score: -0.25, group: false as const };
    const params = new URLSearchParams(addressOf(query, refinement));
    expect(refinementFromUrl(params)).toEqual(refinement);
    expect(params.get("text")).toBe("50% & more");
  });

  it("survives what people write into addresses", () => {
    expect(refinementFromUrl(new URLSearchParams("filter=+&min_score=much&group=perhaps"))).toEqual({});
  });

  it("keeps the filter for another query, but not the least score", () => {
    expect(carriedOver({ filter: "width > 1", min_score: 0.5, group: false })).toEqual({
      filter: "width > 1",
      group: false,
    });
  });
});
