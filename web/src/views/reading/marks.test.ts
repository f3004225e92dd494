import { describe, expect, it } from "vitest";

import { inUnits, stretches, tidied, within } from "./marks";

describe("inUnits", () => {
  it("counts what takes two units as one character", () => {
    const text = "a 🐈 and a 𝒞at";
    const spans = inUnits(text, [[2, 3], [10, 13]]);
    expect(spans.map(([start, end]) => text.slice(start, end))).toEqual(["🐈", "𝒞at"]);
  });

  it("counts combined characters one by one, as the server does", () => {
    const text = "e\u0301 👩‍🔬 x";
    const characters = Array.from(text);
    const spans = inUnits(text, characters.map((_, at) => [at, at + 1] as const));
    expect(spans.map(([start, end]) => text.slice(start, end))).toEqual(characters);
  });

  it("never leaves the text", () => {
    expect(inUnits("🐈", [[0, 9], [5, 7]])).toEqual([[0, 2], [2, 2]]);
  });
});

describe("tidied", () => {
  it("sorts, joins and leaves out", () => {
    expect(tidied([[7, 9], [0, 2], [1, 4], [4, 5], [6, 6], [9, 8]])).toEqual([[0, 5], [7, 9]]);
  });
});

describe("within", () => {
  it("cuts marks where the part ends", () => {
    expect(within([[0, 3], [5, 9], [20, 30]], 2, 8)).toEqual([[0, 1], [3, 6]]);
  });
});

describe("stretches", () => {
  it("are the whole text, marks or not", () => {
    const text = "one two three";
    const cut = stretches(text, [[4, 7], [8, 99]]);
    expect(cut).toEqual([
      { text: "one ", marked: false },
      { text: "two", marked: true },
      { text: " ", marked: false },
      { text: "three", marked: true },
    ]);
    expect(stretches(text, [])).toEqual([{ text, marked: false }]);
    expect(stretches("", [[0, 1]])).toEqual([]);
  });
});
