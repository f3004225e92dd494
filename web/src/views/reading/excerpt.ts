import { type Marks, type Span, marksWithin } from "./marks";

export interface Excerpt {
  text: string;
  marks: Marks;
  /** Whether the text goes on before it, and after it. */
  before: boolean;
  after: boolean;
}

// Before the first mark, as a part of the room: enough to read on from.
const LEAD = 0.3;
const SENTENCE_END = /[.!?…。！？]["”’)\]]*\s+|\n\n/g;

/**
 * The part of a text, about `room` units long, in which the marked sentence stands, or else the most marked words; the
 * whole if it is little longer.
 */
export function excerpt(text: string, marks: Marks, room: number): Excerpt {
  if (text.length <= room * 1.25) return { text, marks, before: false, after: false };
  const start = beginning(text, marks.sentence[0]?.[0] ?? densest(marks.words, room), room);
  const end = ending(text, start + room);
  return {
    text: text.slice(start, end).trimEnd(),
    marks: marksWithin(marks, start, end),
    before: start > 0,
    after: end < text.length,
  };
}

/** Where the first mark stands of those that fit together into the room; of equals, the first. */
function densest(marks: readonly Span[], room: number): number {
  const fits = marks.map(([start]) => marks.filter(([from, to]) => from >= start && to <= start + room).length);
  return marks[fits.indexOf(Math.max(...fits))]?.[0] ?? 0;
}

/** Where to begin so that `first` is well inside: with a sentence if one begins there, else with a word. */
function beginning(text: string, first: number, room: number): number {
  const early = Math.max(0, Math.min(first - room * LEAD, text.length - room));
  if (early === 0) return 0;
  const near = text.slice(0, first);
  const sentences = [...near.matchAll(SENTENCE_END)].map((one) => one.index + one[0].length);
  const sentence = sentences.find((at) => at >= early);
  if (sentence !== undefined) return sentence;
  const word = near.slice(early).search(/\s\S/);
  return word < 0 ? whole(text, Math.floor(early)) : Math.floor(early) + word + 1;
}

function ending(text: string, latest: number): number {
  if (latest >= text.length) return text.length;
  const blank = text.lastIndexOf(" ", latest);
  // In scripts without spaces words end anywhere.
  return blank > latest - 30 ? blank : whole(text, latest);
}

/** Not within a character of two units. */
function whole(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at - 1 : at;
}
