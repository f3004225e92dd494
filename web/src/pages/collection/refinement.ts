import type { Query } from "../../api/types";

/** What narrows any search, whichever its application; it stands in the address beside the query. */
export interface Refinement {
  filter?: string;
  min_score?: number;
  /** False shows near-duplicates one by one. */
  group?: false;
}

export function refinementFromUrl(params: URLSearchParams): Refinement {
  const filter = params.get("filter")?.trim();
  const least = params.get("min_score")?.trim();
  return {
    ...(filter && { filter }),
    ...(least && Number.isFinite(Number(least)) && { min_score: Number(least) }),
    ...(params.get("group") === "false" && { group: false as const }),
  };
}

/** The address of a query with its refinement, after the "?". */
export function addressOf(query: URLSearchParams, refinement: Refinement): string {
  const params = new URLSearchParams(query);
  for (const [name, value] of Object.entries(refinement)) {
    if (value !== undefined) params.set(name, String(value));
  }
  return params.toString();
}

/** What of a refinement still makes sense for another query: its scores may lie on another scale. */
export function carriedOver({ filter, group }: Refinement): Refinement {
  return { ...(filter && { filter }), ...(group === false && { group }) };
}

/** The whole query as `POST …/search` takes it. */
export function refined(query: Query, refinement: Refinement, limit: number): Query {
  return { ...query, ...(refinement as Query), limit };
}
