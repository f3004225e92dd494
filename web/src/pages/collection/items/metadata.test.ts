import { describe, expect, it } from "vitest";

import type { Item } from "../../../api/types";
import { type Line, linesOf, newLine, patchOf, read } from "./metadata";

function item(metadata: Item["metadata"]): Item {
  const links = { self: "", content: null, preview: null, play: null };
  return { id: "1", key: null, name: "", media_type: null, created_at: "", updated_at: "", metadata, links };
}

function changed(lines: readonly Line[], name: string, part: Partial<Line>): Line[] {
  return lines.map((line) => (line.name === name ? { ...line, ...part } : line));
}

describe("the metadata editor", () => {
  it("reads values as their type wants them", () => {
    expect(read("1998", "integer")).toBe(1998);
    expect([read("1.5", "integer"), read("9007199254740993", "integer"), read("", "integer")]).toEqual([undefined, undefined, undefined]);
    expect([read("-1.5e3", "number"), read("0x10", "number"), read("1,5", "number")]).toEqual([-1500, undefined, undefined]);
    expect([read("true", "boolean"), read("perhaps", "boolean")]).toEqual([true, undefined]);
    expect([read('["a"]', "json"), read("[", "json")]).toEqual([["a"], undefined]);
  });

  it("leaves text alone that looks like something else", () => {
    const before = linesOf([item({ note: "12", zip: "null" })], {});
    const lines = changed(changed(before, "note", { value: "007" }), "zip", { value: "true" });
    expect(patchOf(lines, before).patch).toEqual({ note: "007", zip: "true" });
    const fresh = { ...newLine(before), name: "phone", value: "0031" };
    expect(patchOf([...before, fresh], before).patch).toEqual({ phone: "0031" });
    expect(patchOf([...before, { ...fresh, type: "number" }], before).patch).toEqual({ phone: 31 });
  });

  it("keeps the type that a value had, and takes another if it is chosen", () => {
    const before = linesOf([item({ size: 3, flags: ["a"], done: true })], {});
    expect(before.map((line) => [line.name, line.type])).toEqual([["done", "boolean"], ["flags", "json"], ["size", "number"]]);
    expect(patchOf(changed(before, "size", { value: "4" }), before).patch).toEqual({ size: 4 });
    expect(patchOf(changed(before, "size", { type: "text" }), before).patch).toEqual({ size: "3" });
  });

  it("sends only what changed, null for what goes, and names what does not fit", () => {
    const before = linesOf([item({ year: 1998, note: "x", other: "y" })], { year: "integer", place: "text" });
    let lines = changed(before, "place", { value: "Lisbon" });
    lines = changed(lines, "note", { value: "" });
    lines = changed(lines, "other", { removed: true });
    expect(patchOf(lines, before)).toEqual({ patch: { place: "Lisbon", note: null, other: null }, wrong: new Map() });
    expect([...patchOf(changed(before, "year", { value: "soon" }), before).wrong]).toEqual([[0, "misfit"]]);
  });

  it("wants a name for a value, and no name twice", () => {
    const before = linesOf([item({ note: "x" })], {});
    const line = newLine(before);
    expect([...patchOf([...before, { ...line, value: "1" }], before).wrong]).toEqual([[1, "nameless"]]);
    expect([...patchOf([...before, { ...line, name: " note ", value: "1" }], before).wrong]).toEqual([[1, "twice"]]);
    expect(patchOf([...before, line], before)).toEqual({ patch: {}, wrong: new Map() });
  });

  it("shows what several items share, and leaves alone what differs until it is set or removed", () => {
    const before = linesOf([item({ place: "Rome", year: 1 }), item({ place: "Rome", year: 2 }), item({ place: "Rome" })], {
      year: "integer",
      camera: "text",
    });
    const place = { name: "place", value: "Rome", kept: true, mixed: false };
    const year = { name: "year", value: "", kept: true, mixed: true };
    const camera = { name: "camera", value: "", kept: false, mixed: false };
    expect(before).toMatchObject([year, camera, place]);
    expect(patchOf(before, before).patch).toEqual({});
    expect(patchOf(changed(before, "year", { removed: true }), before).patch).toEqual({ year: null });
    expect(patchOf(changed(before, "year", { value: "3" }), before).patch).toEqual({ year: 3 });
  });
});
