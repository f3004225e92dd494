import { expect, it } from "vitest";

import { SCALES, endsOf } from "./thresholds";

it("has room for what the API was told", () => {
  const { faces, things } = SCALES;
  expect(endsOf(faces, faces.usual)).toEqual([faces.least, faces.most]);
  expect(endsOf(faces, 1.9)).toEqual([faces.least, 1.9]);
  expect(endsOf(faces, 0.0001)).toEqual([0, faces.most]);
  expect(endsOf(things, -0.5)).toEqual([-0.5, things.most]);
});
