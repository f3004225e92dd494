import { describe, expect, it } from "vitest";

import { dragged, gripAt, keyed } from "./region";

const region = { x: 0.2, y: 0.2, width: 0.4, height: 0.4 };
const reach = { x: 0.03, y: 0.03 };

describe("a pointer", () => {
  it("takes what lies under it", () => {
    expect(gripAt(null, { x: 0.5, y: 0.5 }, reach)).toBe("draw");
    expect(gripAt(region, { x: 0.4, y: 0.4 }, reach)).toBe("move");
    expect(gripAt(region, { x: 0.61, y: 0.59 }, reach)).toBe("se");
    expect(gripAt(region, { x: 0.21, y: 0.19 }, reach)).toBe("nw");
    expect(gripAt(region, { x: 0.9, y: 0.9 }, reach)).toBe("draw");
  });

  it("draws in any direction, and never outside", () => {
    expect(dragged(null, "draw", { x: 0.5, y: 0.75 }, { x: -1, y: 0.25 })).toEqual({ x: 0, y: 0.25, width: 0.5, height: 0.5 });
  });

  it("clears by a click", () => {
    expect(dragged(region, "draw", { x: 0.9, y: 0.9 }, { x: 0.901, y: 0.9 })).toBeNull();
  });

  it("moves up to the edge", () => {
    const next = dragged(region, "move", { x: 0.4, y: 0.4 }, { x: 0.9, y: 0.3 });
    expect(next?.x).toBe(0.6);
    expect(next?.y).toBeCloseTo(0.1);
  });

  it("drags a corner, while the one across stays", () => {
    const next = dragged(region, "nw", { x: 0.2, y: 0.2 }, { x: 0.4, y: 0.5 });
    expect(next?.x).toBeCloseTo(0.4);
    expect(next?.y).toBeCloseTo(0.5);
    expect((next?.x ?? 0) + (next?.width ?? 0)).toBeCloseTo(0.6);
    expect((next?.y ?? 0) + (next?.height ?? 0)).toBeCloseTo(0.6);
  });
});

describe("a key", () => {
  it("begins in the middle", () => {
    expect(keyed(null, "ArrowUp", false)).toEqual({ x: 0.25, y: 0.25, width: 0.5, height: 0.5 });
  });

  it("moves, and with shift changes the size", () => {
    expect(keyed(region, "ArrowRight", false)).toEqual({ ...region, x: expect.closeTo(0.22) as number });
    expect(keyed(region, "ArrowDown", true)?.height).toBeCloseTo(0.42);
    expect(keyed({ ...region, width: 0.02 }, "ArrowLeft", true)?.width).toBe(0.02);
  });

  it("may mean nothing", () => {
    expect(keyed(region, "Enter", false)).toBeNull();
  });
});
