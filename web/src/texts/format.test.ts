import { expect, it } from "vitest";

import { bytes, count, duration, named, shown } from "./format";

it.each([
  [0.4, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [200, "3 min 20 s"],
  [7500, "2 h 5 min"],
])("says %d seconds as %s", (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

it.each([
  ["first_approval", "First approval"],
  ["name", "Name"],
  ["SOL", "SOL"],
  ["NAME_OF_IT", "NAME OF IT"],
  ["logP (Crippen)", "logP (Crippen)"],
  ["élan_vital", "Élan vital"],
])("calls the field %s %s", (field, said) => {
  expect(named(field)).toBe(said);
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

it.each([
  [null, "–"],
  [1990, "1990"],
  [0.123456789, "0.123457"],
  ["as it is", "as it is"],
  ["2019-05-01T10:30:00", "1 May 2019, 10:30"],
  ["2019-05-01 10:30 or so", "2019-05-01 10:30 or so"],
  [["a", "b"], '["a","b"]'],
])("shows the value %j as %s", (value, said) => {
  expect(shown(value)).toBe(said);
});
