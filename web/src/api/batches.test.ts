import { describe, expect, it } from "vitest";

import { batches, shares } from "./batches";

describe("batches", () => {
  it("are bounded by number and by size, and large things go alone", () => {
    const sizes = [1, 2, 3, 100, 1, 1, 1].map((size) => ({ size }));
    expect(batches(sizes, 2, 5).map((batch) => batch.map((one) => one.size))).toEqual([[1, 2], [3], [100], [1, 1], [1]]);
    expect(batches([])).toEqual([]);
  });
});

describe("shares", () => {
  it("fill one after another", () => {
    expect(shares([10, 10, 20], 15)).toEqual([1, 0.5, 0]);
    expect(shares([10, 0], 10)).toEqual([1, 1]);
    expect(shares([4], 9)).toEqual([1]);
  });
});
