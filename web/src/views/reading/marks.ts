/** From where to where in a text. */
export type Span = readonly [start: number, end: number];

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
