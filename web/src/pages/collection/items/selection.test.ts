import { describe, expect, it } from "vitest";

import { extended, nothing, toggled, without } from "./selection";

const order = ["a", "b", "c", "d", "e"];

describe("a selection", () => {
  it("takes one more, and one less", () => {
    const one = toggled(nothing, "b");
    expect([...one.ids]).toEqual(["b"]);
    expect([...toggled(one, "b").ids]).toEqual([]);
  });

  it("reaches from the last one chosen, both ways", () => {
    const from = toggled(nothing, "c");
    expect([...extended(from, "e", order).ids]).toEqual(["c", "d", "e"]);
    expect([...extended(from, "a", order).ids].sort()).toEqual(["a", "b", "c"]);
  });

  it("begins anew where the anchor is not in the list", () => {
    expect([...extended(toggled(nothing, "z"), "b", order).ids]).toEqual(["z", "b"]);
    expect([...extended(nothing, "b", order).ids]).toEqual(["b"]);
  });

  it("forgets what was deleted", () => {
    const all = extended(toggled(nothing, "a"), "c", order);
    expect(without(all, ["a", "b"])).toEqual({ ids: new Set(["c"]), anchor: null });
  });
});
