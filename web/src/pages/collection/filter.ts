import { useState } from "react";

import type { Collection } from "../../api/types";

/** A filter that this collection understands, to begin from; undefined if it has no fields to filter by. */
export function exampleFilter(collection: Collection): string | undefined {
  const [name, type] = Object.entries(collection.fields)[0] ?? [];
  if (name === undefined || type === undefined) return undefined;
  return { text: `${name} == "…"`, integer: `${name} >= 100`, number: `${name} < 0.5`, boolean: `${name} == true` }[type];
}

/** The text of a filter's field: what is typed, until the address brings another filter, as by going back. */
export function useFilterText(inAddress: string): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(inAddress);
  const [followed, setFollowed] = useState(inAddress);
  if (inAddress !== followed) {
    setFollowed(inAddress);
    setTyped(inAddress);
  }
  return [typed, setTyped];
}
