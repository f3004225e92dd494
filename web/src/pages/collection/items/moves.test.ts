import { describe, expect, it } from "vitest";

import { moved } from "./moves";

// 0 1 2 3
// 4 5 6 7
// 8 9
const layout = { items: 10, columns: 4, pageRows: 2 };

function at(from: number, key: string, ctrlKey = false): number | null {
  return moved(from, { key, ctrlKey, metaKey: false }, layout);
}

describe("keys of the grid", () => {
  it("step to what lies beside, around the ends of rows, and not over the ends of the list", () => {
    expect([at(5, "ArrowLeft"), at(5, "ArrowRight"), at(5, "ArrowUp"), at(5, "ArrowDown")]).toEqual([4, 6, 1, 9]);
    expect([at(4, "ArrowLeft"), at(3, "ArrowRight")]).toEqual([3, 4]);
    expect([at(0, "ArrowLeft"), at(9, "ArrowRight"), at(2, "ArrowUp"), at(8, "ArrowDown")]).toEqual([null, null, null, null]);
  });

  it("reach a last row that is too short", () => {
    expect([at(7, "ArrowDown"), at(3, "PageDown")]).toEqual([9, 9]);
  });

  it("step by pages within a column", () => {
    expect([at(1, "PageDown"), at(9, "PageUp"), at(5, "PageUp"), at(9, "PageDown")]).toEqual([9, 1, 1, null]);
  });

  it("go to the ends of a row, and with Ctrl of all", () => {
    expect([at(6, "Home"), at(5, "End"), at(8, "End")]).toEqual([4, 7, 9]);
    expect([at(6, "Home", true), at(5, "End", true)]).toEqual([0, 9]);
  });

  it("leave other keys alone, such as those of the browser", () => {
    expect([at(5, "x"), at(5, "ArrowLeft", true)]).toEqual([null, null]);
  });
});
