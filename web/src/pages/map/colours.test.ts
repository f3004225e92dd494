import { expect, it } from "vitest";

import { type Palette, type Rgb, onRamp, painted, rgbOf, scaleOf } from "./colours";

const palette: Palette = {
  point: [1, 1, 1],
  quiet: [9, 9, 9],
  rim: [2, 2, 2],
  hits: [],
  ramp: [[0, 0, 0], [100, 0, 0], [100, 200, 0]],
  categories: Array.from({ length: 12 }, (_, at): Rgb => [at, at, at]),
};

it("reads colours as browsers write them", () => {
  expect(rgbOf("rgb(12, 100, 255)")).toEqual([12, 100, 255]);
  expect(rgbOf("rgba(1, 2, 3, 0.5)")).toEqual([1, 2, 3]);
});

it("mixes neighbours of a ramp, and stays within it", () => {
  expect([0, 0.25, 0.5, 0.75, 1, 7, -1].map((part) => onRamp(palette.ramp, part))).toEqual([
    [0, 0, 0], [50, 0, 0], [100, 0, 0], [100, 100, 0], [100, 200, 0], [100, 200, 0], [0, 0, 0],
  ]);
});

it("puts the most frequent categories first and the rest together", () => {
  const values = [...Array.from({ length: 20 }, (_, at) => `tag ${at}`), "tag 7", "tag 7", "tag 3", null, undefined];
  const scale = scaleOf(values, "text");
  expect(scale).toMatchObject({ kind: "categories", others: 9, missing: 2 });
  expect(scale.kind === "categories" && scale.values.slice(0, 2)).toEqual(["tag 7", "tag 3"]);
  expect(scale.kind === "categories" && scale.values).toHaveLength(11);
  const colours = painted(values, scale, palette);
  expect([...colours.slice(4 * 7, 4 * 7 + 3)]).toEqual([0, 0, 0]);
  expect([...colours.slice(4 * 19, 4 * 19 + 3)]).toEqual(palette.quiet);
  expect([...colours.slice(4 * 23, 4 * 23 + 3)]).toEqual(palette.quiet);
});

it("keeps few whole numbers in their order, and makes many a range", () => {
  expect(scaleOf([3, 1, 2, 3, 3], "integer")).toMatchObject({ kind: "categories", values: [1, 2, 3], counts: [1, 1, 3] });
  expect(scaleOf([...Array(30).keys()], "integer")).toEqual({ kind: "range", least: 0, most: 29, missing: 0 });
  const values = [0, 5, 10, null];
  const colours = painted(values, scaleOf(values, "number"), palette);
  expect([...colours.slice(4, 7), ...colours.slice(8, 11)]).toEqual([100, 0, 0, 100, 200, 0]);
});

it("takes a field that has one value, or none", () => {
  expect([...painted([4], scaleOf([4], "number"), palette)].slice(0, 3)).toEqual([0, 0, 0]);
  expect(scaleOf([null], "number")).toEqual({ kind: "range", least: 0, most: 0, missing: 1 });
  expect(scaleOf([true, false, true], "boolean")).toMatchObject({ values: [true, false], counts: [2, 1] });
});
