import type { Hit, Item, Segment } from "../../api/types";

/** A part of a sound or a video, in seconds. */
export interface Part {
  start: number;
  end: number;
}

/** What `POST …/search` of audio-search and video-search takes, without what every search has: one of the first three. */
export interface MomentQuery {
  text?: string;
  media_id?: string;
  item_id?: string;
  part?: Part;
  /** "alike" is what the server takes if it is left out. Of sounds only. */
  find?: "same";
}

export const LONGEST = 1000;

export function queryToUrl({ text, media_id, item_id, part, find }: MomentQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (text !== undefined) params.set("text", text);
  else if (media_id !== undefined) params.set("media_id", media_id);
  else if (item_id !== undefined) params.set("item_id", item_id);
  if (part) params.set("part", `${part.start}-${part.end}`);
  if (find) params.set("find", find);
  return params;
}

export function queryFromUrl(params: URLSearchParams): MomentQuery | null {
  const text = params.get("text")?.trim().slice(0, LONGEST);
  if (text) return { text };
  const media_id = params.get("media_id")?.trim();
  const item_id = params.get("item_id")?.trim();
  if (!media_id && !item_id) return null;
  const part = partFrom(params.get("part"));
  return {
    ...(media_id ? { media_id } : { item_id: item_id ?? "" }),
    ...(part && { part }),
    ...(params.get("find") === "same" && { find: "same" }),
  };
}

function partFrom(value: string | null): Part | null {
  const read = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(value ?? "");
  const [start, end] = [Number(read?.[1]), Number(read?.[2])];
  return end > start ? { start, end } : null;
}

const ASKED = /^(audio|video|image)\//;

/** Whether one can ask with a file, by what the browser takes it for. */
export function canAsk({ type }: { type: string }): boolean {
  return ASKED.test(type);
}

/** Where a segment lies in its item; null if it does not say. */
export function placeOf({ place }: Segment): Part | null {
  const { start, end } = place;
  return typeof start === "number" && typeof end === "number" ? { start, end } : null;
}

/** The places of a hit, the best first, without those that overlap a better one: windows of sounds do. */
export function placesOf(hit: Hit): { segment: Segment; place: Part }[] {
  const places: { segment: Segment; place: Part }[] = [];
  for (const segment of [hit.segment, ...hit.others]) {
    const place = placeOf(segment);
    if (place && !places.some((one) => one.place.start < place.end && place.start < one.place.end)) {
      places.push({ segment, place });
    }
  }
  return places;
}

/** How long an item is, in seconds, as far as it is known. */
export function durationOf(item: Item): number | null {
  const { duration } = item.metadata;
  return typeof duration === "number" && duration > 0 ? duration : null;
}

/** A part as it stands in an address: no longer than anybody can hear, and never empty. */
export function tidy(start: number, end: number): Part {
  const first = Math.max(0, Math.round(Math.min(start, end) * 100) / 100);
  return { start: first, end: Math.max(first + 0.1, Math.round(Math.max(start, end) * 100) / 100) };
}

/** Whether an item has moving pictures. */
export function moves(item: Item): boolean {
  return (item.media_type ?? "").startsWith("video/") || item.media_type === "image/gif";
}
