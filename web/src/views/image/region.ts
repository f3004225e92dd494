import type { Region } from "./query";

export interface Point {
  x: number;
  y: number;
}

/** What a pointer does to a rectangle: draw another, move it, or drag one of its corners. */
export type Grip = "draw" | "move" | "nw" | "ne" | "sw" | "se";

const LEAST = 0.02;
const STEP = 0.02;

/** What lies under a pointer; `reach` is how far from a corner it still counts, in fractions of each side. */
export function gripAt(region: Region | null, point: Point, reach: Point): Grip {
  if (!region) return "draw";
  const right = region.x + region.width;
  const bottom = region.y + region.height;
  const corners = { nw: [region.x, region.y], ne: [right, region.y], sw: [region.x, bottom], se: [right, bottom] } as const;
  for (const [grip, [x, y]] of Object.entries(corners)) {
    if (Math.abs(point.x - x) <= reach.x && Math.abs(point.y - y) <= reach.y) return grip as keyof typeof corners;
  }
  const inside = point.x > region.x && point.x < right && point.y > region.y && point.y < bottom;
  return inside ? "move" : "draw";
}

/** The rectangle after a pointer went from one point to another. Null: too small to mean anything. */
export function dragged(region: Region | null, grip: Grip, from: Point, to: Point): Region | null {
  if (grip === "draw" || !region) return spanned(from, to);
  if (grip === "move") return moved(region, to.x - from.x, to.y - from.y);
  const fixed = {
    x: grip.endsWith("w") ? region.x + region.width : region.x,
    y: grip.startsWith("n") ? region.y + region.height : region.y,
  };
  return spanned(fixed, to);
}

/** The rectangle after a key, or null if the key means nothing: arrows move it, with shift they change its size. */
export function keyed(region: Region | null, key: string, shift: boolean): Region | null {
  const arrows: Record<string, Point> = {
    ArrowLeft: { x: -STEP, y: 0 },
    ArrowRight: { x: STEP, y: 0 },
    ArrowUp: { x: 0, y: -STEP },
    ArrowDown: { x: 0, y: STEP },
  };
  const by = arrows[key];
  if (!by) return null;
  if (!region) return { x: 0.25, y: 0.25, width: 0.5, height: 0.5 };
  if (!shift) return moved(region, by.x, by.y);
  return {
    ...region,
    width: between(region.width + by.x, LEAST, 1 - region.x),
    height: between(region.height + by.y, LEAST, 1 - region.y),
  };
}

function moved(region: Region, x: number, y: number): Region {
  return {
    ...region,
    x: between(region.x + x, 0, 1 - region.width),
    y: between(region.y + y, 0, 1 - region.height),
  };
}

function spanned(a: Point, b: Point): Region | null {
  const [x1, x2] = [between(a.x, 0, 1), between(b.x, 0, 1)];
  const [y1, y2] = [between(a.y, 0, 1), between(b.y, 0, 1)];
  const region = { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
  return region.width >= LEAST && region.height >= LEAST ? region : null;
}

function between(value: number, least: number, greatest: number): number {
  return Math.min(Math.max(value, least), greatest);
}
