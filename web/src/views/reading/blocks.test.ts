import { describe, expect, it } from "vitest";

import { type Block, blocksOf, kindOf } from "./blocks";
import type { Marks } from "./marks";
import { type Passage, bodyOf, passageOf } from "./passage";

/** Passages cut from a text at these places, in characters; what is blank at their ends goes. */
function cut(text: string, places: number[], headings: string[][], pages: number[] = []): Passage[] {
  const characters = Array.from(text);
  return [0, ...places].map((from, ordinal) => {
    const raw = characters.slice(from, places[ordinal] ?? characters.length).join("");
    const start = from + (raw.length - raw.trimStart().length);
    return {
      ordinal,
      text: raw.trim(),
      start,
      end: start + Array.from(raw.trim()).length,
      page: pages[ordinal] ?? null,
      headings: headings[ordinal] ?? [],
      answer: null,
    };
  });
}

const none = new Map<number, Marks>();

function shown(blocks: Block[]): [string, string][] {
  return blocks.map(({ kind, pieces }) => [kind, pieces.map((piece) => piece.text).join("")]);
}

const text = "All about cats\n\nCats are small 🐈.\n\nSleep\n\nA cat sleeps. Kittens sleep longer.\n\nThey grow.";

describe("blocksOf", () => {
  it("makes headings of those that a passage begins with, and paragraphs of the rest", () => {
    const passages = cut(text, [text.indexOf("Sleep") - 1], [["All about cats"], ["All about cats", "Sleep"]]);
    const blocks = blocksOf(passages, none);
    expect(shown(blocks)).toEqual([
      ["heading", "All about cats"],
      ["prose", "Cats are small 🐈."],
      ["heading", "Sleep"],
      ["prose", "A cat sleeps. Kittens sleep longer."],
      ["prose", "They grow."],
    ]);
    expect(blocks.filter((one) => one.kind === "heading").map((one) => one.level)).toEqual([0, 1]);
  });

  it("joins a paragraph that was cut between its sentences", () => {
    const path = ["All about cats", "Sleep"];
    const passages = cut(text, [text.indexOf("Sleep") - 1, text.indexOf("Kittens") - 1], [path.slice(0, 1), path, path]);
    const blocks = blocksOf(passages, new Map([[2, { words: [[0, 7]], sentence: [[0, 22]] }]]));
    const paragraph = blocks.find((one) => one.pieces.length > 1);
    expect(paragraph?.pieces.map((piece) => [piece.ordinal, piece.text])).toEqual([
      [1, "A cat sleeps."],
      [2, " Kittens sleep longer."],
    ]);
    const { words, sentence } = paragraph?.pieces[1]?.marks ?? { words: [], sentence: [] };
    const marked = [...words, ...sentence].map(([start, end]) => " Kittens sleep longer.".slice(start, end));
    expect(marked).toEqual(["Kittens", "Kittens sleep longer."]);
    expect(shown(blocks).at(-1)).toEqual(["prose", "They grow."]);
  });

  it("takes no sentence for a heading that only reads like one", () => {
    const passages = cut("Sleep\n\nIt is good.\n\nSleep", [], [["Sleep"]]);
    expect(shown(blocksOf(passages, none)).map(([kind]) => kind)).toEqual(["heading", "prose", "prose"]);
  });

  it("says where a page begins", () => {
    const passages = cut("One.\n\nTwo.\n\nThree.", [5, 11], [], [1, 1, 2]);
    expect(blocksOf(passages, none).map((one) => one.pieces[0]?.page)).toEqual([1, null, 2]);
  });

  it("joins nothing across passages that are not loaded", () => {
    const [first, , third] = cut("One. Two. Three.", [4, 9], []);
    expect(shown(blocksOf([first, third] as Passage[], none))).toHaveLength(2);
  });

  it("shows the answer of a question, which is the title", () => {
    const [question] = cut("May I?", [], []);
    const blocks = blocksOf([{ ...(question as Passage), answer: "Yes.\n\nOf course." }], new Map([[0, { words: [[0, 3]], sentence: [[0, 3]] }]]));
    expect(shown(blocks)).toEqual([
      ["prose", "Yes."],
      ["prose", "Of course."],
    ]);
    expect(blocks.flatMap((one) => one.pieces.flatMap((piece) => piece.marks.words))).toEqual([]);
  });

  it("keeps a program together", () => {
    const program = "def f(x):\n    return x\n\nclass A:\n    b = f(1)";
    expect(shown(blocksOf(cut(program, [], []), none))).toEqual([["code", program]]);
  });
});

describe("kindOf", () => {
  it.each([
    ["prose", "One line."],
    ["prose", `${"A line of a mail that was wrapped where it was long\n".repeat(3)}and ended.`],
    ["lines", "- milk\n- bread"],
    ["lines", "Roses are red,\nviolets are blue."],
    ["lines", "Name of the one | Place where that one was last seen\nCat | Sofa"],
    ["code", "try:\n    f()\nexcept OSError:\n    pass"],
    ["code", ">>> 1 + 1\n2"],
  ])("%s: %j", (kind, given) => {
    expect(kindOf(given)).toBe(kind);
  });
});

describe("a passage", () => {
  it("is read from whatever a place holds", () => {
    const read = passageOf({ ordinal: 3, text: null, place: { page: "3", headings: ["a", 1], start: 4 } });
    expect(read).toEqual({ ordinal: 3, text: "", start: 4, end: 0, page: null, headings: ["a"], answer: null });
  });

  it("has its body after its headings", () => {
    const [passage] = cut("All about\n cats\n\nSleep\n\nA cat sleeps.", [], [["All about cats", "Sleep"]]);
    expect(passage && passage.text.slice(bodyOf(passage))).toBe("A cat sleeps.");
    const [bare] = cut("Sleep", [], [["Sleep"]]);
    expect(bare && bodyOf(bare)).toBe(0);
  });
});
