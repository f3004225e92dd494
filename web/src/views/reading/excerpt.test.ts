import { describe, expect, it } from "vitest";

import { excerpt } from "./excerpt";
import type { Marks, Span } from "./marks";

const filler = "Nothing of interest stands here, word after word. ".repeat(10);

function spansOf(text: string, word: string): Span[] {
  return [...text.matchAll(new RegExp(word, "g"))].map((one) => [one.index, one.index + word.length]);
}

function words(...spans: Span[]): Marks {
  return { words: spans, sentence: [] };
}

function marked({ text, marks }: { text: string; marks: Marks }): string[] {
  return marks.words.map(([start, end]) => text.slice(start, end));
}

describe("excerpt", () => {
  it("leaves alone what is short enough", () => {
    const text = "A short text.";
    expect(excerpt(text, words([2, 7]), 20)).toEqual({ text, marks: words([2, 7]), before: false, after: false });
  });

  it("shows where the most marks stand, from the beginning of a sentence", () => {
    const text = `A cat. ${filler}The cat saw a cat and a third cat. ${filler}`;
    const found = excerpt(text, words(...spansOf(text, "cat")), 120);
    expect(found.text).toMatch(/^The cat saw a cat and a third cat\./);
    expect(marked(found)).toEqual(["cat", "cat", "cat"]);
    expect([found.before, found.after]).toEqual([true, true]);
    expect(found.text.length).toBeLessThanOrEqual(120);
  });

  it("shows the nearest sentence, wherever the words are", () => {
    const best = "Kittens rest for long.";
    const text = `A cat saw a cat and a cat. ${filler}${best} ${filler}`;
    const at = text.indexOf(best);
    const found = excerpt(text, { words: spansOf(text, "cat"), sentence: [[at, at + best.length]] }, 120);
    expect(found.marks.sentence.map(([start, end]) => found.text.slice(start, end))).toEqual([best]);
    expect(marked(found)).toEqual([]);
  });

  it("begins at the beginning where nothing is marked", () => {
    const found = excerpt(filler, words(), 60);
    expect(found.text).toBe("Nothing of interest stands here, word after word. Nothing of");
    expect([found.before, found.after]).toEqual([false, true]);
  });

  it("shows the end of a text whole", () => {
    const text = `${filler}At the very end sleeps the cat.`;
    const found = excerpt(text, words(...spansOf(text, "cat")), 100);
    expect(found.text.endsWith("sleeps the cat.")).toBe(true);
    expect([found.before, found.after]).toEqual([true, false]);
    expect(marked(found)).toEqual(["cat"]);
  });

  it("cuts no character in two", () => {
    const text = "🐈".repeat(200);
    const found = excerpt(text, words([200, 202]), 51);
    expect(found.text).toMatch(/^(🐈)+$/u);
    expect(found.text).toContain("🐈".repeat(20));
  });
});
