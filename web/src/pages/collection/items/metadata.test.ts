import { describe, expect, it } from "vitest";

import { linesOf, patchOf, read } from "./metadata";

describe("the metadata editor", () => {
  it("reads values as their field wants them", () => {
    expect(read("1998", "integer")).toBe(1998);
    expect(read("1.5", "integer")).toBeUndefined();
    expect(read("007", "text")).toBe("007");
    expect(read("true", "boolean")).toBe(true);
    expect(read("perhaps", "boolean")).toBeUndefined();
  });

  it("guesses where nothing is declared", () => {
    expect(read("12", undefined)).toBe(12);
    expect(read("Lisbon", undefined)).toBe("Lisbon");
    expect(read('["a"]', undefined)).toEqual(["a"]);
  });

  it("sends only what changed, null for what was emptied, and names what does not fit", () => {
    const fields = { year: "integer", place: "text" } as const;
    const before = { year: 1998, note: "x" };
    const lines = [
      { id: 0, name: "year", value: "1998", kept: true },
      { id: 1, name: "place", value: "Lisbon", kept: false },
      { id: 2, name: "note", value: "", kept: true },
    ];
    expect(patchOf(lines, before, fields)).toEqual({ patch: { place: "Lisbon", note: null }, wrong: [] });
    expect(patchOf([{ id: 0, name: "year", value: "soon", kept: true }], before, fields).wrong).toEqual(["year"]);
  });

  it("shows declared fields first, also those that an item lacks", () => {
    expect(linesOf(null, { year: "integer" }).map((line) => line.name)).toEqual(["year"]);
  });
});
