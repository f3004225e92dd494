/** What `POST …/search` of recommendation takes, without what every search has: either of them. */
export interface TitleQuery {
  text?: string;
  item_id?: string;
}

export const LONGEST = 4000;

export function queryOf(typed: string): TitleQuery | null {
  const text = typed.trim().slice(0, LONGEST);
  return text ? { text } : null;
}

export function queryToUrl({ text, item_id }: TitleQuery): URLSearchParams {
  return new URLSearchParams(text === undefined ? { item_id: item_id ?? "" } : { text });
}

export function queryFromUrl(params: URLSearchParams): TitleQuery | null {
  const asked = queryOf(params.get("text") ?? "");
  if (asked) return asked;
  const item_id = params.get("item_id")?.trim();
  return item_id ? { item_id } : null;
}
