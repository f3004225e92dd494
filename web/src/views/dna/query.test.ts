import { expect, it } from "vitest";

import { alignmentOf, blocksOf, lettersOf, queryFromUrl, queryOf, queryToUrl } from "./query";

it("reads what is pasted, FASTA or not", () => {
  expect(lettersOf("acgt\n ACG-T 12")).toBe("ACGTACGT");
  expect(lettersOf(">one of two\nACG\nTT\n>another\nGGG")).toBe("ACGTT");
  expect(lettersOf(">nothing\n")).toBe("");
  expect(queryOf("  ")).toBeNull();
});

it("finds a query again in an address, and survives any", () => {
  expect(queryFromUrl(queryToUrl({ sequence: "ACGT" }))).toEqual({ sequence: "ACGT" });
  expect(queryFromUrl(queryToUrl({ item_id: "x" }))).toEqual({ item_id: "x" });
  expect(queryFromUrl(new URLSearchParams("sequence=%20&item_id="))).toBeNull();
  expect(queryOf("A".repeat(9000))?.sequence).toHaveLength(4000);
});

it("cuts alignments into blocks", () => {
  const alignment = alignmentOf({ identity: 1, lines: ["ACGTA", "|||||", "ACGTA"] });
  expect(alignment && blocksOf(alignment, 3)).toEqual([["ACG", "|||", "ACG"], ["TA", "||", "TA"]]);
  expect(alignmentOf({})).toBeNull();
});
