import { describe, expect, it } from "vitest";

import { rowsAt } from "./useRows";

// A list that begins 300 pixels down, of rows 100 pixels high, in a window of 850.
const place = { top: 300, width: 1000, window: 850 };

describe("rows near the window", () => {
  it("begin with the first, and end beyond the last that is seen", () => {
    expect(rowsAt(0, place, 100, 0)).toEqual({ first: 0, end: 6 });
    expect(rowsAt(0, place, 100, 3)).toEqual({ first: 0, end: 9 });
  });

  it("go with the window", () => {
    expect(rowsAt(5_350, place, 100, 0)).toEqual({ first: 50, end: 59 });
    expect(rowsAt(5_350, place, 100, 3)).toEqual({ first: 47, end: 62 });
  });

  it("are none where the list is far below", () => {
    expect(rowsAt(0, { ...place, top: 3_000 }, 100, 3)).toEqual({ first: 0, end: 0 });
  });
});
