/** A length in CSS pixels in each direction. */
export interface Size {
  width: number;
  height: number;
}

/** A place: in CSS pixels from the top left of the screen, or in the unit square of the map. */
export interface Place {
  x: number;
  y: number;
}

/** What is looked at: the place of the map in the middle, and how many CSS pixels a unit of the map takes. */
export interface Viewport extends Place {
  zoom: number;
}

/** The smallest upright rectangle around all points, in the unit square. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const PADDING = 0.06;
/** In CSS pixels: so much stays free at both sides, for names and for what lies over the map. */
const ASIDE = 60;
const LEAST = 1 / 1000;
const OUT = 0.6;
const IN = 400;

/** The box around `places` (x, y, x, y, …); the whole square if there are none. */
export function boxOf(places: Float32Array): Box {
  if (places.length === 0) return { left: 0, top: 0, right: 1, bottom: 1 };
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let at = 0; at < places.length; at += 2) {
    const x = places[at] ?? 0;
    const y = places[at + 1] ?? 0;
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.top) box.top = y;
    if (y > box.bottom) box.bottom = y;
  }
  return box;
}

/** The viewport that shows all of a box, with some space around it. */
export function fitted(box: Box, size: Size): Viewport {
  const across = size.width - 2 * Math.min(Math.max(PADDING * size.width, ASIDE), size.width / 4);
  const down = size.height * (1 - 2 * PADDING);
  // A single point, or points on a line, have no extent to divide by.
  const width = Math.max(box.right - box.left, LEAST);
  const height = Math.max(box.bottom - box.top, LEAST);
  return {
    x: (box.left + box.right) / 2,
    y: (box.top + box.bottom) / 2,
    // One point needs no more zoom than a whole map has.
    zoom: Math.min(across / width, down / height, 4 * Math.max(size.width, size.height)),
  };
}

/** Where a place of the map is on the screen. */
export function toScreen(view: Viewport, size: Size, place: Place): Place {
  return { x: (place.x - view.x) * view.zoom + size.width / 2, y: (place.y - view.y) * view.zoom + size.height / 2 };
}

/** Which place of the map is at a place of the screen. */
export function toMap(view: Viewport, size: Size, place: Place): Place {
  return { x: (place.x - size.width / 2) / view.zoom + view.x, y: (place.y - size.height / 2) / view.zoom + view.y };
}

/** The map moved by so many pixels. */
export function panned(view: Viewport, by: Place): Viewport {
  return { ...view, x: view.x - by.x / view.zoom, y: view.y - by.y / view.zoom };
}

/** Zoomed by a factor; what is at `anchor` on the screen stays there. */
export function zoomed(view: Viewport, size: Size, factor: number, anchor: Place): Viewport {
  const held = toMap(view, size, anchor);
  const zoom = view.zoom * factor;
  return {
    x: held.x - (anchor.x - size.width / 2) / zoom,
    y: held.y - (anchor.y - size.height / 2) / zoom,
    zoom,
  };
}

/** The same, but neither so far away nor so near that nothing can be seen, and never beside the points. */
export function bounded(view: Viewport, box: Box, whole: Viewport): Viewport {
  return {
    x: Math.min(Math.max(view.x, box.left), box.right),
    y: Math.min(Math.max(view.y, box.top), box.bottom),
    zoom: Math.min(Math.max(view.zoom, whole.zoom * OUT), whole.zoom * IN),
  };
}

/** The part of the map that is on the screen. */
export function seen(view: Viewport, size: Size): Box {
  const start = toMap(view, size, { x: 0, y: 0 });
  const end = toMap(view, size, { x: size.width, y: size.height });
  return { left: start.x, top: start.y, right: end.x, bottom: end.y };
}

/** On the way from one viewport to another: `part` from 0 to 1. Zooming is even to the eye. */
export function between(from: Viewport, to: Viewport, part: number): Viewport {
  const ratio = to.zoom / from.zoom;
  const zoom = from.zoom * ratio ** part;
  // The centre moves as the zoom does, so that what both show together stays where it is.
  const way = Math.abs(ratio - 1) < 1e-6 ? part : (1 - ratio ** -part) / (1 - 1 / ratio);
  return { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way, zoom };
}

/** The radius of a point in CSS pixels: less where many share the screen, more as one zooms in. */
export function radiusOf(count: number, size: Size, nearness: number): number {
  const spacing = Math.sqrt((size.width * size.height) / Math.max(count, 1));
  return Math.min(Math.max(0.22 * spacing * Math.sqrt(nearness), 1.3), 6.5);
}

/** Where a card beside a place stays inside the screen: its top left. */
export function beside(place: Place, card: Size, size: Size, gap: number): Place {
  const right = place.x + gap + card.width <= size.width;
  const x = right ? place.x + gap : place.x - gap - card.width;
  const y = place.y - card.height / 2;
  return {
    x: Math.max(0, Math.min(x, size.width - card.width)),
    y: Math.max(0, Math.min(y, size.height - card.height)),
  };
}
