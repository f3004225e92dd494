import type { Item } from "../../api/types";

// Panoramas and banners are cropped to these, or they would fill a row, or be too thin to see.
const NARROWEST = 0.56;
const WIDEST = 2.4;

/** The shape of an item's picture, width by height; a square where nobody knows. */
export function trueAspect({ metadata }: Item): number {
  const { width, height } = metadata;
  if (typeof width !== "number" || typeof height !== "number" || width <= 0 || height <= 0) return 1;
  return width / height;
}

/** The same, as it is shown among others. */
export function aspect(item: Item): number {
  return Math.min(Math.max(trueAspect(item), NARROWEST), WIDEST);
}
