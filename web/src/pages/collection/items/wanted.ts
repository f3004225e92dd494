import type { Collection } from "../../../api/types";

/** Which items, and in which order, as the address says it. */
export interface Wanted {
  filter: string;
  order: string;
}

const USUAL = "-number";

export function wantedOf(params: URLSearchParams): Wanted {
  return { filter: params.get("filter") ?? "", order: params.get("order") ?? USUAL };
}

/** The address of a choice: what is usual is left out. */
export function paramsOf(wanted: Wanted): URLSearchParams {
  const params = new URLSearchParams();
  if (wanted.filter) params.set("filter", wanted.filter);
  if (wanted.order !== USUAL) params.set("order", wanted.order);
  return params;
}

/** What items can be ordered by. */
export function orders(collection: Collection): string[] {
  return ["number", "name", ...Object.keys(collection.fields).sort()];
}
