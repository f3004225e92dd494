import { describe, expect, it } from "vitest";

import { everything, extended, nothing, toggled, without } from "./selection";

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

  it("shrinks and turns around at its anchor, and leaves what was selected before", () => {
    const from = toggled(toggled(nothing, "a"), "c");
    const far = extended(from, "e", order);
    expect([...far.ids]).toEqual(["a", "c", "d", "e"]);
    const near = extended(far, "d", order);
    expect([...near.ids]).toEqual(["a", "c", "d"]);
    expect([...extended(near, "b", order).ids].sort()).toEqual(["a", "b", "c"]);
  });

  it("begins a range where the reader is, if nothing was chosen yet", () => {
    const range = extended(nothing, "c", order, "b");
    expect([...range.ids]).toEqual(["b", "c"]);
    expect([...extended(range, "a", order).ids]).toEqual(["a", "b"]);
  });

  it("begins anew where the anchor is not in the list", () => {
    expect([...extended(toggled(nothing, "z"), "b", order).ids]).toEqual(["z", "b"]);
    expect([...extended(nothing, "b", order).ids]).toEqual(["b"]);
    expect([...extended(nothing, "b", order, "z").ids]).toEqual(["b"]);
  });

  it("takes all, and forgets what was deleted", () => {
    expect([...everything(order).ids]).toEqual(order);
    const all = extended(toggled(nothing, "a"), "c", order);
    const rest = without(all, ["a", "b"]);
    expect([...rest.ids]).toEqual(["c"]);
    expect(rest.anchor).toBeNull();
  });
});
