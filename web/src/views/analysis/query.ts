import type { Appearance, Lane } from "../../api/analysis";
import type { Hit, Item } from "../../api/types";

/** What `POST …/search` of video-analysis takes, without what every search has: one of the first three. */
export interface AnalysisQuery {
  names?: string[];
  media_id?: string;
  item_id?: string;
  /** "thing" is what the server takes if it is left out. */
  find?: "face";
}

export const MOST_NAMES = 8;
const LONGEST = 200;

export function queryToUrl({ names, media_id, item_id, find }: AnalysisQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (names) names.forEach((name) => params.append("name", name));
  else if (media_id !== undefined) params.set("media_id", media_id);
  else if (item_id !== undefined) params.set("item_id", item_id);
  if (find && !names) params.set("find", find);
  return params;
}

export function queryFromUrl(params: URLSearchParams): AnalysisQuery | null {
  const names = tidy(params.getAll("name"));
  if (names.length) return { names };
  const media_id = params.get("media_id")?.trim();
  const item_id = params.get("item_id")?.trim();
  if (!media_id && !item_id) return null;
  return {
    ...(media_id ? { media_id } : { item_id: item_id ?? "" }),
    ...(params.get("find") === "face" && { find: "face" }),
  };
}

/** Names as they are asked with: each once, none empty, no more than the server takes. */
export function tidy(names: readonly string[]): string[] {
  return [...new Set(names.map((name) => name.trim().slice(0, LONGEST)).filter(Boolean))].slice(0, MOST_NAMES);
}

/** A list of names with one more, or without one that it has. */
export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name) ? names.filter((one) => one !== name) : tidy([...names, name]);
}

/** Whether an item has moving pictures. */
export function moves(item: Item): boolean {
  return (item.media_type ?? "").startsWith("video/") || item.media_type === "image/gif";
}

/** The moment of a hit, in seconds; null in a picture. */
export function momentOf(hit: Hit): { start: number; end: number } | null {
  const from = (place: Record<string, unknown>): { start: number; end: number } | null => {
    const { start, end } = place;
    return typeof start === "number" && typeof end === "number" && end > 0 ? { start, end } : null;
  };
  return from(hit.details) ?? from(hit.segment.place);
}

export interface Drawn {
  lane: number;
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The boxes to draw over the picture at a moment: of each thing the one of the frame that was looked at last. */
export function boxesAt(lanes: readonly Lane[], moment: number, step: number): Drawn[] {
  return lanes.flatMap((lane, at) =>
    lane.appearances.flatMap((appearance) =>
      current(appearance, moment, step).map(({ x, y, width, height }) => ({ lane: at, name: lane.name, x, y, width, height })),
    ),
  );
}

const LATE = 0.05;

function current({ start, end, boxes }: Appearance, moment: number, step: number): Appearance["boxes"] {
  if (moment < start - LATE || moment > end + LATE) return [];
  const last = Math.max(...boxes.map((box) => box.at).filter((at) => at <= moment + LATE), boxes[0]?.at ?? 0);
  // A thing that left its frame is not where it was.
  if (moment - last > 2 * step) return [];
  return boxes.filter((box) => Math.abs(box.at - last) < LATE);
}
