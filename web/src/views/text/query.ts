export type Mode = "hybrid" | "meaning" | "keywords";

/** What `POST …/search` of text-search takes, without what every search has: either text or item_id. */
export interface TextQuery {
  text?: string;
  item_id?: string;
  /** "hybrid" is what the server takes if it is left out. */
  mode?: Exclude<Mode, "hybrid">;
}

export const LONGEST = 4000;

export function modeOf(query: TextQuery | null): Mode {
  return query?.mode ?? "hybrid";
}

/** The shortest query that says it; null without words. */
export function queryOf(words: string, mode: Mode): TextQuery | null {
  const text = words.trim();
  if (!text) return null;
  return mode === "hybrid" ? { text } : { text, mode };
}

export function queryToUrl({ text, item_id, mode }: TextQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (text !== undefined) params.set("text", text);
  else if (item_id !== undefined) params.set("item_id", item_id);
  if (mode) params.set("mode", mode);
  return params;
}

export function queryFromUrl(params: URLSearchParams): TextQuery | null {
  const given = params.get("mode");
  const mode = given === "meaning" || given === "keywords" ? given : "hybrid";
  const asked = queryOf((params.get("text") ?? "").slice(0, LONGEST), mode);
  if (asked) return asked;
  // An item is found by its meaning, whatever the mode.
  const item_id = params.get("item_id")?.trim();
  return item_id ? { item_id } : null;
}
