import type { Collection } from "../../api/types";

// The map's own names in the address. No query of an application can have them: they are no names in Python.
const VECTOR = "map-vector";
const COLOUR = "map-colour";

/** What is chosen of a map, as the address says it. */
export interface Choices {
  /** The vector by which items lie together. */
  vector: string;
  /** The field that colours the points; null for none. */
  colour: string | null;
}

/** The vectors that can be mapped: ranking by words has none. */
export function mappable(collection: Collection): string[] {
  return Object.entries(collection.vectors).flatMap(([name, { metric }]) => (metric === "BM25" ? [] : [name]));
}

/** The choices of an address; what the collection does not have is left out. */
export function choicesFromUrl(params: URLSearchParams, collection: Collection): Choices {
  const vectors = mappable(collection);
  const vector = vectors.find((one) => one === params.get(VECTOR)) ?? vectors[0] ?? "";
  const colour = Object.keys(collection.fields).find((one) => one === params.get(COLOUR)) ?? null;
  return { vector, colour };
}

/** An address with these choices, after the "?"; what is usual is left out. */
export function withChoices(params: URLSearchParams, { vector, colour }: Choices, collection: Collection): URLSearchParams {
  const changed = new URLSearchParams(params);
  changed.delete(VECTOR);
  changed.delete(COLOUR);
  if (vector !== mappable(collection)[0]) changed.set(VECTOR, vector);
  if (colour !== null) changed.set(COLOUR, colour);
  return changed;
}
