import type { Segment } from "../../api/types";

/** From where to where in a text. */
export type Span = readonly [start: number, end: number];

/** What is marked in a text: the query's words, and the sentence that is nearest to it (one, or none). */
export interface Marks {
  words: Span[];
  sentence: Span[];
}

/** A stretch of a text, `marked` or not. */
export interface Stretch {
  text: string;
  marked: boolean;
}

/** Spans that the server counts in characters (code points) as JavaScript counts: in UTF-16 units. */
export function inUnits(text: string, spans: readonly Span[]): Span[] {
  const units: number[] = [];
  let at = 0;
  for (const character of text) {
    units.push(at);
    at += character.length;
  }
  return spans.map(([start, end]) => [units[start] ?? text.length, units[end] ?? text.length]);
}

/** What to mark in the text of a segment that was found. */
export function marksOf({ text, highlights, sentence }: Pick<Segment, "text" | "highlights" | "sentence">): Marks {
  return { words: inUnits(text ?? "", highlights), sentence: sentence ? inUnits(text ?? "", [sentence]) : [] };
}

/** The marks that lie from `start` to `end`, counted from `start`. */
export function marksWithin({ words, sentence }: Marks, start: number, end: number): Marks {
  return { words: within(words, start, end), sentence: within(sentence, start, end) };
}

/** Spans in order, none empty, none touching another. */
export function tidied(spans: readonly Span[]): Span[] {
  const joined: [number, number][] = [];
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0])) {
    const last = joined.at(-1);
    if (end <= start) continue;
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** What of the spans lies from `start` to `end`, counted from `start`. */
export function within(spans: readonly Span[], start: number, end: number): Span[] {
  return tidied(spans.map(([from, to]) => [Math.max(from, start) - start, Math.min(to, end) - start]));
}

/** A text cut where marks begin and end. */
export function stretches(text: string, spans: readonly Span[]): Stretch[] {
  const cut: Stretch[] = [];
  let at = 0;
  for (const [start, end] of within(spans, 0, text.length)) {
    if (start > at) cut.push({ text: text.slice(at, start), marked: false });
    cut.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) cut.push({ text: text.slice(at), marked: false });
  return cut;
}
