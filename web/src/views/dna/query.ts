/** What `POST …/search` of dna-classification takes, without what every search has: either of them. */
export interface DnaQuery {
  sequence?: string;
  item_id?: string;
}

/** Letters that an address carries; the API takes more. */
export const LONGEST = 4000;

/** The sequences that were pasted, perhaps as FASTA: what each is called ("" without a header), and its letters. */
export function sequencesOf(pasted: string): { name: string; letters: string }[] {
  return pasted
    .split(/^(?=>)/m)
    .map((part) => {
      const [, name = "", rest = ""] = /^(?:>(.*))?([^]*)$/.exec(part) ?? [];
      return { name: name.trim(), letters: rest.replace(/[\s\d.*-]+/g, "").toUpperCase() };
    })
    .filter(({ letters }) => letters);
}

/** The letters of a pasted sequence; of the first one if there are several. */
export function lettersOf(pasted: string): string {
  return sequencesOf(pasted)[0]?.letters ?? "";
}

export function queryOf(pasted: string): DnaQuery | null {
  const sequence = lettersOf(pasted).slice(0, LONGEST);
  return sequence ? { sequence } : null;
}

export function queryToUrl({ sequence, item_id }: DnaQuery): URLSearchParams {
  return new URLSearchParams(sequence === undefined ? { item_id: item_id ?? "" } : { sequence });
}

export function queryFromUrl(params: URLSearchParams): DnaQuery | null {
  const asked = queryOf(params.get("sequence") ?? "");
  if (asked) return asked;
  const item_id = params.get("item_id")?.trim();
  return item_id ? { item_id } : null;
}

/** How a query lies on a hit. */
export interface Alignment {
  identity: number;
  coverage: number;
  strand: number;
  query_place: { start: number; end: number };
  place: { start: number; end: number };
  lines: [string, string, string];
}

/** The alignment in a hit's details; null without. */
export function alignmentOf(details: Record<string, unknown>): Alignment | null {
  return Array.isArray(details["lines"]) ? (details as unknown as Alignment) : null;
}

/** A part of an alignment, with the places of its first and last letters, counted from 1. */
export interface Block {
  lines: [string, string, string];
  yours: [number, number];
  found: [number, number];
}

/** An alignment, cut to this width. On the other strand, one's own letters are counted backwards. */
export function blocksOf({ lines, strand, query_place, place }: Alignment, width: number): Block[] {
  const [above, middle, below] = lines;
  const yours = strand < 0 ? counter(query_place.end, -1) : counter(query_place.start + 1, 1);
  const found = counter(place.start + 1, 1);
  return Array.from({ length: Math.ceil(above.length / width) }, (_, at) => {
    const part = (line: string) => line.slice(at * width, (at + 1) * width);
    return { lines: [part(above), part(middle), part(below)], yours: yours(part(above)), found: found(part(below)) };
  });
}

/** Counts the letters of one part after the other; gaps are none. */
function counter(first: number, step: 1 | -1): (part: string) => [number, number] {
  let next = first;
  return (part) => {
    const letters = part.replaceAll("-", "").length;
    const begin = next;
    next += step * letters;
    return letters ? [begin, next - step] : [begin - step, begin - step];
  };
}

/** A line in runs of letters that are alike on both sides, or are not. */
export function runsOf(line: string, middle: string): { letters: string; alike: boolean }[] {
  const runs: { letters: string; alike: boolean }[] = [];
  for (let at = 0; at < line.length; at++) {
    const letter = line.charAt(at);
    const alike = middle.charAt(at) === "|";
    const last = runs.at(-1);
    if (last?.alike === alike) last.letters += letter;
    else runs.push({ letters: letter, alike });
  }
  return runs;
}
