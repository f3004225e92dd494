import { expect, it } from "vitest";

import { bytes, count, duration } from "./format";

it.each([
  [0.4, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [200, "3 min 20 s"],
  [7500, "2 h 5 min"],
])("says %d seconds as %s", (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

it("counts one and many", () => {
  expect([count(1, "item", "items"), count(1797, "item", "items")]).toEqual(["1 item", "1,797 items"]);
});

it.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1_500_000, "1.5 MB"],
])("says %d bytes as %s", (size, said) => {
  expect(bytes(size)).toBe(said);
});
