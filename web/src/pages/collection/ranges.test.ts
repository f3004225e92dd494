import { expect, it } from "vitest";

import { boundsOf, withBounds } from "./ranges";

it("reads the bounds of a field out of a filter", () => {
  const filter = 'logp <= 5 and molecular_weight >= 100.5 and name == "a and b" and logp >= -1';
  expect(boundsOf(filter, "logp")).toEqual({ least: -1, most: 5 });
  expect(boundsOf(filter, "molecular_weight")).toEqual({ least: 100.5 });
  expect(boundsOf(filter, "rings")).toEqual({});
  expect(boundsOf("logp <= 5 or rings == 2", "logp")).toEqual({});
});

it("changes the bounds of a field and nothing else", () => {
  expect(withBounds("", "logp", { most: 5 })).toBe("logp <= 5");
  expect(withBounds('logp <= 5 and name == "a and b"', "logp", { least: 1 })).toBe('name == "a and b" and logp >= 1');
  expect(withBounds("logp <= 5 and rings >= 1", "logp", {})).toBe("rings >= 1");
  expect(withBounds("rings == 1 or rings == 2", "logp", { most: 3 })).toBe("(rings == 1 or rings == 2) and logp <= 3");
  expect(withBounds("rings == 1 or rings == 2", "logp", {})).toBe("rings == 1 or rings == 2");
  expect(withBounds("(rings == 1 or rings == 2) and logp <= 3", "logp", {})).toBe("(rings == 1 or rings == 2)");
});
