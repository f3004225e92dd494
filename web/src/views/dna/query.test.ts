import { expect, it } from "vitest";

import { alignmentOf, blocksOf, lettersOf, queryFromUrl, queryOf, queryToUrl, runsOf, sequencesOf } from "./query";

it("reads what is pasted, FASTA or not", () => {
  expect(lettersOf("acgt\n ACG-T 12")).toBe("ACGTACGT");
  expect(lettersOf(">one of two\nACG\nTT\n>another\nGGG")).toBe("ACGTT");
  expect(lettersOf(">nothing\n")).toBe("");
  expect(queryOf("  ")).toBeNull();
});

it("knows which sequences were pasted, and what they are called", () => {
  expect(sequencesOf(">one of two\nACG\nTT\n>empty\n>another\ngg")).toEqual([
    { name: "one of two", letters: "ACGTT" },
    { name: "another", letters: "GG" },
  ]);
  expect(sequencesOf("ACG\r\n>two\r\nTT\r\n")).toEqual([
    { name: "", letters: "ACG" },
    { name: "two", letters: "TT" },
  ]);
  expect(sequencesOf(">only a header")).toEqual([]);
});

it("finds a query again in an address, and survives any", () => {
  expect(queryFromUrl(queryToUrl({ sequence: "ACGT" }))).toEqual({ sequence: "ACGT" });
  expect(queryFromUrl(queryToUrl({ item_id: "x" }))).toEqual({ item_id: "x" });
  expect(queryFromUrl(new URLSearchParams("sequence=%20&item_id="))).toBeNull();
  expect(queryOf("A".repeat(9000))?.sequence).toHaveLength(4000);
});

it("cuts alignments into blocks, and counts their letters", () => {
  const alignment = alignmentOf({
    identity: 0.8,
    lines: ["ACG-A", "||| |", "ACGTA"],
    strand: 1,
    query_place: { start: 10, end: 14 },
    place: { start: 0, end: 5 },
  });
  expect(alignment && blocksOf(alignment, 3)).toEqual([
    { lines: ["ACG", "|||", "ACG"], yours: [11, 13], found: [1, 3] },
    { lines: ["-A", " |", "TA"], yours: [14, 14], found: [4, 5] },
  ]);
  expect(alignment && blocksOf({ ...alignment, strand: -1 }, 3).map(({ yours }) => yours)).toEqual([[14, 12], [11, 11]]);
  expect(alignmentOf({})).toBeNull();
});

it("tells what differs", () => {
  expect(runsOf("ACGT", "|  |")).toEqual([
    { letters: "A", alike: true },
    { letters: "CG", alike: false },
    { letters: "T", alike: true },
  ]);
});
