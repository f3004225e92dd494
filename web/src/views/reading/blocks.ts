import { type Marks, type Span, marksWithin } from "./marks";
import { BLANK, type Passage, endOfBlock, oneLine } from "./passage";

/** How a block is set: prose flows, lines stay lines, code also keeps its columns. */
export type Kind = "heading" | "prose" | "lines" | "code";

/** What one passage has of a block. */
export interface Piece {
  ordinal: number;
  text: string;
  marks: Marks;
  /** Where a page begins, its number. */
  page: number | null;
}

const NONE: Marks = { words: [], sentence: [] };

/** A heading, a paragraph, a list: what stands between two blank lines of a document. */
export interface Block {
  key: string;
  kind: Kind;
  /** Of a heading: how many it stands under. */
  level: number;
  pieces: Piece[];
}

/**
 * Passages, in order, as the running text that they were cut from.
 *
 * Each has its headings at its beginning if it is the first under them. How far apart two passages stand says whether
 * a paragraph was cut between them: two blocks have a blank line between them, two sentences a space at most.
 * A question is shown as its answer. `marks` are by ordinal, in UTF-16 units of the passage's text.
 */
export function blocksOf(passages: readonly Passage[], marks: ReadonlyMap<number, Marks>): Block[] {
  const blocks: Block[] = [];
  passages.forEach((passage, n) => {
    const before = passages[n - 1];
    const gap = before && before.ordinal + 1 === passage.ordinal ? passage.start - before.end : BLANK.length;
    // Of a question, what it is called is the question itself.
    const whole = passage.answer ?? passage.text;
    const found = (passage.answer === null && marks.get(passage.ordinal)) || NONE;
    let page = passage.page !== null && passage.page !== before?.page ? passage.page : null;
    let heading = 0;
    for (let at = 0; at < whole.length; ) {
      const end = endOfBlock(whole, at);
      const text = whole.slice(at, end);
      const level = gap < BLANK.length && at === 0 ? -1 : passage.headings.indexOf(oneLine(text), heading);
      const piece = { ordinal: passage.ordinal, text, marks: marksWithin(found, at, end), page };
      const last = blocks.at(-1);
      if (level >= 0) {
        heading = level + 1;
        blocks.push({ key: `${passage.ordinal}-${at}`, kind: "heading", level, pieces: [piece] });
      } else if (last && at === 0 && gap < BLANK.length) {
        last.pieces.push(glued(piece, gap === 0 ? "" : last.kind === "prose" ? " " : "\n"));
      } else {
        heading = Infinity;
        blocks.push({ key: `${passage.ordinal}-${at}`, kind: kindOf(text), level: 0, pieces: [piece] });
      }
      page = null;
      at = end + BLANK.length;
    }
  });
  return joinedCode(blocks);
}

function glued(piece: Piece, glue: string): Piece {
  const moved = (spans: Span[]) => spans.map(([start, end]): Span => [start + glue.length, end + glue.length]);
  const marks = { words: moved(piece.marks.words), sentence: moved(piece.marks.sentence) };
  return { ...piece, text: glue + piece.text, marks };
}

/** A program with blank lines in it is one block all the same. */
function joinedCode(blocks: Block[]): Block[] {
  const joined: Block[] = [];
  for (const block of blocks) {
    const last = joined.at(-1);
    const [first, ...rest] = block.pieces;
    if (last?.kind === "code" && block.kind === "code" && first) last.pieces.push(glued(first, BLANK), ...rest);
    else joined.push(block);
  }
  return joined;
}

const SYMBOLS = /[(){}[\]=;<>|+*/\\_"'`:#@$&]/g;
const INDENTED = /^(?: {2,}|\t)/;
const BULLET = /^\s*(?:[-*•–]|\d{1,3}[.)])\s/;
const CELL = " | ";
// What editors and mails wrap lines at.
const WRAPPED = { shortest: 40, longest: 110 };

/**
 * How to set a block, going by its lines, as passages do not say what they were: a program is indented and full of
 * symbols; a paragraph that was wrapped has long lines all but the last.
 */
export function kindOf(text: string): Exclude<Kind, "heading"> {
  const lines = text.split("\n");
  const symbols = (text.match(SYMBOLS) ?? []).length / text.length;
  const indented = lines.slice(1).some((line) => INDENTED.test(line));
  if (text.startsWith(">>> ") || (indented && symbols > 0.04)) return "code";
  const wrapped = lines.every(
    (line, at) =>
      line.length <= WRAPPED.longest &&
      (at === lines.length - 1 || line.length >= WRAPPED.shortest) &&
      !BULLET.test(line) &&
      !line.includes(CELL),
  );
  return lines.length === 1 || wrapped ? "prose" : "lines";
}
