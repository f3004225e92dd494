import { expect, it } from "vitest";

import { beside, between, bounded, boxOf, fitted, panned, radiusOf, seen, toMap, toScreen, zoomed } from "./viewport";

const size = { width: 800, height: 400 };
const box = { left: 0.1, top: 0.25, right: 0.9, bottom: 0.75 };
const whole = fitted(box, size);

it("finds the box around points, and has the whole square for none", () => {
  expect(boxOf(new Float32Array([0.5, 0.25, 0.125, 0.75, 0.25, 0.5]))).toEqual({
    left: 0.125,
    top: 0.25,
    right: 0.5,
    bottom: 0.75,
  });
  expect(boxOf(new Float32Array())).toEqual({ left: 0, top: 0, right: 1, bottom: 1 });
});

it("fits a box of any shape with space around it, and keeps its aspect", () => {
  const corner = toScreen(whole, size, { x: box.left, y: box.top });
  const opposite = toScreen(whole, size, { x: box.right, y: box.bottom });
  expect(Math.min(corner.x, corner.y)).toBeGreaterThan(10);
  expect(size.width - opposite.x).toBeCloseTo(corner.x);
  expect((opposite.x - corner.x) / (opposite.y - corner.y)).toBeCloseTo(0.8 / 0.5);
  const one = fitted({ left: 0.3, top: 0.3, right: 0.3, bottom: 0.3 }, size);
  expect(Number.isFinite(one.zoom)).toBe(true);
  expect(toScreen(one, size, { x: 0.3, y: 0.3 })).toEqual({ x: 400, y: 200 });
});

it("goes from the screen to the map and back", () => {
  const place = toMap(whole, size, { x: 123, y: 45 });
  const back = toScreen(whole, size, place);
  expect(back.x).toBeCloseTo(123);
  expect(back.y).toBeCloseTo(45);
});

it("holds what is under the pointer while zooming and dragging", () => {
  const anchor = { x: 620, y: 90 };
  const held = toMap(whole, size, anchor);
  const near = zoomed(whole, size, 3, anchor);
  expect(near.zoom).toBeCloseTo(whole.zoom * 3);
  expect(toMap(near, size, anchor).x).toBeCloseTo(held.x);
  expect(toMap(near, size, anchor).y).toBeCloseTo(held.y);
  const dragged = panned(near, { x: 10, y: -20 });
  expect(toScreen(dragged, size, held)).toEqual({ x: expect.closeTo(630) as number, y: expect.closeTo(70) as number });
});

it("keeps to the points and to useful zooms", () => {
  const lost = bounded({ x: 7, y: -7, zoom: whole.zoom / 100 }, box, whole);
  expect([lost.x, lost.y]).toEqual([0.9, 0.25]);
  expect(lost.zoom).toBeGreaterThan(whole.zoom / 2);
  expect(bounded({ x: 0.5, y: 0.5, zoom: 1e12 }, box, whole).zoom).toBeLessThan(1e6);
});

it("sees exactly what is on the screen", () => {
  const part = seen(whole, size);
  expect(toScreen(whole, size, { x: part.left, y: part.top })).toEqual({
    x: expect.closeTo(0) as number,
    y: expect.closeTo(0) as number,
  });
  expect(part.right - part.left).toBeCloseTo(800 / whole.zoom);
});

it("moves from one viewport to another with the anchor still", () => {
  const anchor = { x: 700, y: 300 };
  const target = zoomed(whole, size, 8, anchor);
  const held = toMap(whole, size, anchor);
  for (const part of [0, 0.3, 0.7, 1]) {
    const on = toScreen(between(whole, target, part), size, held);
    expect(on.x).toBeCloseTo(anchor.x);
    expect(on.y).toBeCloseTo(anchor.y);
  }
  const aside = { ...whole, x: whole.x + 0.2 };
  expect(between(whole, aside, 0.5).x).toBeCloseTo(whole.x + 0.1);
});

it("draws few points large and many small, and larger when near", () => {
  expect(radiusOf(10, size, 1)).toBeGreaterThan(radiusOf(5_000, size, 1));
  expect(radiusOf(100_000, size, 1)).toBeGreaterThan(1);
  expect(radiusOf(5_000, size, 9)).toBeGreaterThan(radiusOf(5_000, size, 1));
  expect(radiusOf(0, size, 1)).toBe(radiusOf(1, size, 1));
});

it.each([
  [{ x: 10, y: 10 }, { x: 22, y: 0 }],
  [{ x: 790, y: 390 }, { x: 578, y: 250 }],
  [{ x: 400, y: 200 }, { x: 412, y: 125 }],
])("puts a card beside %o inside the screen", (place, expected) => {
  expect(beside(place, { width: 200, height: 150 }, size, 12)).toEqual(expected);
});
