import { describe, expect, it } from "vitest";

import { Grid, towards } from "./grid";

/** The same numbers each time, spread over the square (Weyl's sequence). */
function spread(count: number): Float32Array {
  const places = new Float32Array(2 * count);
  for (let at = 0; at < count; at++) {
    places[2 * at] = (at * 0.754877666) % 1;
    places[2 * at + 1] = (at * 0.569840296) % 1;
  }
  return places;
}

function distance(places: Float32Array, at: number, x: number, y: number): number {
  return Math.hypot((places[2 * at] ?? 0) - x, (places[2 * at + 1] ?? 0) - y);
}

describe("a grid", () => {
  const places = spread(3_000);
  const grid = new Grid(places);
  const all = Array.from({ length: 3_000 }, (_, at) => at);

  it("finds the nearest point, also at the edges and in the corners", () => {
    for (const [x, y] of [[0.5, 0.5], [0, 0], [1, 1], [0.999, 0.2], [-0.01, 0.5], [0.3141, 0.2718]] as const) {
      const expected = all.reduce((best, at) => (distance(places, at, x, y) < distance(places, best, x, y) ? at : best));
      expect(grid.nearest({ x, y }, 0.1)).toBe(expected);
    }
  });

  it("finds nothing where nothing is near enough", () => {
    expect(grid.nearest({ x: 1.5, y: 0.5 }, 0.1)).toBe(-1);
    expect(grid.nearest({ x: 0.5, y: 0.5 }, 1e-9)).toBe(-1);
    expect(new Grid(new Float32Array()).nearest({ x: 0.5, y: 0.5 }, 1)).toBe(-1);
  });

  it("lists what is inside a box, unless it is too much", () => {
    const box = { left: 0.21, top: 0.4, right: 0.34, bottom: 0.47 };
    const expected = all.filter((at) => {
      const [x = 0, y = 0] = [places[2 * at], places[2 * at + 1]];
      return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
    });
    expect(grid.inside(box, 100)?.toSorted((a, b) => a - b)).toEqual(expected);
    expect(grid.inside(box, expected.length)).toHaveLength(expected.length);
    expect(grid.inside(box, expected.length - 1)).toBeNull();
    expect(grid.inside({ left: -1, top: -1, right: 2, bottom: 2 }, 3_000)).toHaveLength(3_000);
  });

  it("takes points that all lie at one place", () => {
    const stack = new Grid(new Float32Array(200).fill(1));
    expect(stack.nearest({ x: 1, y: 1 }, 0.1)).toBe(99);
  });
});

it("goes to the nearest point in a direction, and stays where there is none", () => {
  const cross = new Float32Array([0.5, 0.5, 0.7, 0.55, 0.9, 0.5, 0.5, 0.2, 0.3, 0.4]);
  expect(towards(cross, { x: 0.5, y: 0.5 }, "right")).toBe(1);
  expect(towards(cross, { x: 0.7, y: 0.55 }, "right")).toBe(2);
  expect(towards(cross, { x: 0.5, y: 0.5 }, "up")).toBe(3);
  expect(towards(cross, { x: 0.5, y: 0.5 }, "left")).toBe(4);
  expect(towards(cross, { x: 0.5, y: 0.55 }, "down")).toBe(-1);
});
