import { expect, it } from "vitest";

import { rectangleOf } from "./snapshot";
import { panned, toScreen, zoomed } from "./viewport";

const size = { width: 800, height: 400 };
const extent = { width: 1200, height: 600 };
const taken = { x: 0.5, y: 0.5, zoom: 400 };

it("covers the screen with a margin where it was taken", () => {
  expect(rectangleOf(taken, extent, taken, size, 1)).toEqual([-1.5, -1.5, 1.5, 1.5]);
});

it("lies where its points lie, wherever one looks", () => {
  const view = zoomed(panned(taken, { x: 90, y: -35 }), size, 1.3, { x: 200, y: 100 });
  const [left, bottom, right, top] = rectangleOf(taken, extent, view, size, 1);
  // The place of the map at the top left corner of the picture.
  const corner = toScreen(view, size, { x: 0.5 - 600 / 400, y: 0.5 - 300 / 400 });
  expect(((left + 1) / 2) * size.width).toBeCloseTo(corner.x);
  expect(((1 - top) / 2) * size.height).toBeCloseTo(corner.y);
  expect(((right - left) / 2) * size.width).toBeCloseTo(1200 * 1.3);
  expect(((top - bottom) / 2) * size.height).toBeCloseTo(600 * 1.3);
});

it("lies on whole device pixels as long as nobody zooms", () => {
  const view = panned(taken, { x: 0.3, y: 0.8 });
  const [left] = rectangleOf(taken, extent, view, size, 2);
  const pixels = ((left + 1) / 2) * size.width * 2;
  expect(pixels).toBeCloseTo(Math.round(pixels), 6);
});
