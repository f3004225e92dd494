import type { Segment } from "../../api/types";

/** A passage of a document, as findalike cuts them. */
export interface Passage {
  ordinal: number;
  text: string;
  /** Where it stands in the document's plain text, in characters. */
  start: number;
  end: number;
  /** From 1; null if the document has no pages. */
  page: number | null;
  /** Those it stands under, outermost first. */
  headings: string[];
  /** Of a question that is kept with its answer, that; else null. */
  answer: string | null;
}

export function passageOf({ ordinal, text, place }: Pick<Segment, "ordinal" | "text" | "place">): Passage {
  const { start, end, page, headings, answer } = place;
  return {
    ordinal,
    text: text ?? "",
    start: typeof start === "number" ? start : 0,
    end: typeof end === "number" ? end : 0,
    page: typeof page === "number" ? page : null,
    headings: Array.isArray(headings) ? headings.filter((one) => typeof one === "string") : [],
    answer: typeof answer === "string" ? answer : null,
  };
}

/** Where the text under its own headings begins: they stand at its beginning, too, if it is the first under them. */
export function bodyOf({ text, headings }: Passage): number {
  let at = 0;
  let next = 0;
  while (at < text.length) {
    const end = endOfBlock(text, at);
    const heading = headings.indexOf(oneLine(text.slice(at, end)), next);
    if (heading < 0) break;
    next = heading + 1;
    at = end + BLANK.length;
  }
  // A heading with nothing under it is all there is to show.
  return at < text.length ? at : 0;
}

export const BLANK = "\n\n";

/** Where the block of a text that begins at `at` ends: before a blank line, or with the text. */
export function endOfBlock(text: string, at: number): number {
  const end = text.indexOf(BLANK, at);
  return end < 0 ? text.length : end;
}

export function oneLine(text: string): string {
  return text.trim().split(/\s+/).join(" ");
}
