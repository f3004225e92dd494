import type { Problem } from "../../api/problem";
import type { Item, Json } from "../../api/types";

/** A rectangle in a picture, in fractions of its width and height, from the top left. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What one may ask with: exactly one of text, media_id and item_id. */
interface Target {
  text?: string;
  media_id?: string;
  item_id?: string;
  region?: Region;
}

export interface Part extends Target {
  weight: number;
}

/** What `POST …/search` of image-search takes, without what every search has. */
export interface ImageQuery extends Target {
  parts?: Part[];
}

/** The same as people see it: words that are typed, and whatever else is mixed with them. */
export interface Mix {
  words: string;
  parts: Part[];
}

export const MOST_PARTS = 16;
export const MOST_WEIGHT = 10;
// What the server says of a picture for a day after it expired, and later.
const EXPIRED = new Set([410, 404]);
const LONGEST = { text: 1000, media_id: 64, item_id: 64 };

export function mixOf(query: ImageQuery | null): Mix {
  if (!query) return { words: "", parts: [] };
  const { text, parts = [], ...target } = query;
  const first = target.media_id ?? target.item_id;
  return { words: text ?? "", parts: first === undefined ? parts : [{ ...target, weight: 1 }, ...parts] };
}

/** The shortest query that says it: what counts once stands alone, as the API has it. */
export function queryOf({ words, parts }: Mix): ImageQuery | null {
  const text = words.trim();
  const [first, ...rest] = parts;
  if (text) return parts.length ? { text, parts } : { text };
  if (!first) return null;
  const { weight, ...target } = first;
  if (weight !== 1 || target.text !== undefined) return { parts };
  return rest.length ? { ...target, parts: rest } : target;
}

/** More like an item, or less, beside what is asked already. */
export function withItem(query: ImageQuery | null, item: Item, weight: number): ImageQuery {
  const { words, parts } = mixOf(query);
  const others = parts.filter((one) => one.item_id !== item.id || one.region);
  const added = [...others, { item_id: item.id, weight }].slice(-MOST_PARTS);
  return queryOf({ words, parts: added }) ?? { item_id: item.id };
}

/** The parts of a query whose picture the server has no more, going by what it answered. */
export function expiredParts(problem: Problem | null, parts: readonly Part[]): Part[] {
  return problem && EXPIRED.has(problem.status) ? parts.filter((one) => one.media_id !== undefined) : [];
}

export function queryToUrl(query: ImageQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of ["text", "media_id", "item_id"] as const) {
    const value = query[name];
    if (value !== undefined) params.set(name, value);
  }
  if (query.region) params.set("region", JSON.stringify(query.region));
  if (query.parts?.length) params.set("parts", JSON.stringify(query.parts));
  return params;
}

export function queryFromUrl(params: URLSearchParams): ImageQuery | null {
  const parts = asList(parsed(params.get("parts"))).flatMap((one) => partFrom(one) ?? []).slice(0, MOST_PARTS);
  const target = targetFrom({
    text: params.get("text"),
    media_id: params.get("media_id"),
    item_id: params.get("item_id"),
    region: parsed(params.get("region")),
  });
  if (!target) return queryOf({ words: "", parts });
  return queryOf(mixOf({ ...target, parts }));
}

/** A rectangle as it stands in an address: no longer than anybody can see, and never outside of the picture. */
export function tidy({ x, y, width, height }: Region): Region {
  const left = Math.min(round(x), 0.999);
  const top = Math.min(round(y), 0.999);
  return {
    x: left,
    y: top,
    width: Math.max(round(Math.min(width, 1 - left)), 0.001),
    height: Math.max(round(Math.min(height, 1 - top)), 0.001),
  };
}

function round(value: number): number {
  return Math.max(0, Math.round(value * 1000) / 1000);
}

function parsed(value: string | null): Json {
  if (value === null) return null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return null;
  }
}

type Given = Record<string, Json | undefined>;

function partFrom(read: Json): Part | null {
  if (typeof read !== "object" || read === null || Array.isArray(read)) return null;
  const target = targetFrom(read);
  const { weight = 1 } = read;
  if (!target || typeof weight !== "number" || Math.abs(weight) > MOST_WEIGHT || weight === 0) return null;
  return { ...target, weight };
}

/** The first thing given, with its region if it is a picture. */
function targetFrom(read: Given): Target | null {
  for (const name of ["text", "media_id", "item_id"] as const) {
    const value = read[name];
    if (typeof value !== "string" || !value.trim() || value.length > LONGEST[name]) continue;
    const region = name === "text" ? null : regionFrom(read["region"] ?? null);
    return { [name]: name === "text" ? value.trim() : value, ...(region && { region }) };
  }
  return null;
}

function regionFrom(read: Json): Region | null {
  if (typeof read !== "object" || read === null || Array.isArray(read)) return null;
  const { x, y, width, height } = read;
  const [a, b, c, d] = [x, y, width, height].map((one) => (typeof one === "number" ? one : NaN));
  if (a === undefined || b === undefined || c === undefined || d === undefined) return null;
  return a >= 0 && a < 1 && b >= 0 && b < 1 && c > 0 && c <= 1 && d > 0 && d <= 1
    ? tidy({ x: a, y: b, width: c, height: d })
    : null;
}

function asList(read: Json): Json[] {
  return Array.isArray(read) ? read : [];
}
