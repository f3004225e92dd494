import { describe, expect, it } from "vitest";

import { histogram } from "./histogram";

describe("histogram", () => {
  it("counts every score once, the greatest too", () => {
    expect(histogram([0, 0.1, 0.24, 0.5, 1], 4)).toEqual([3, 0, 1, 1]);
    expect(histogram([-1, 1, 3], 2)).toEqual([1, 2]);
  });

  it("bears scores that are all the same", () => {
    expect(histogram([0.5, 0.5], 3)).toEqual([2, 0, 0]);
  });
});
