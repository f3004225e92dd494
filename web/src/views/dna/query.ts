/** What `POST …/search` of dna-classification takes, without what every search has: either of them. */
export interface DnaQuery {
  sequence?: string;
  item_id?: string;
}

/** Letters that an address carries; the API takes more. */
export const LONGEST = 4000;

/** A pasted sequence, perhaps as FASTA, as its letters; the first one if there are several. */
export function lettersOf(pasted: string): string {
  const [first = ""] = pasted.split(/^>.*$/m).filter((part) => part.trim());
  return first.replace(/[\s\d.*-]+/g, "").toUpperCase();
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

/** The lines of an alignment, cut to this width. */
export function blocksOf({ lines }: Alignment, width: number): [string, string, string][] {
  const [above, middle, below] = lines;
  return Array.from({ length: Math.ceil(above.length / width) }, (_, at) => {
    const part = (line: string) => line.slice(at * width, (at + 1) * width);
    return [part(above), part(middle), part(below)];
  });
}
