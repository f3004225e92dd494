import type { FieldType, Json } from "../../api/types";

/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** The colours of the map, as the theme has them. */
export interface Palette {
  point: Rgb;
  quiet: Rgb;
  rim: Rgb;
  hits: readonly Rgb[];
  ramp: readonly Rgb[];
  categories: readonly Rgb[];
}

const CATEGORIES = 12;

/** How the values of a field become colours. */
export type Scale =
  | { kind: "categories"; values: Json[]; counts: number[]; others: number; missing: number }
  | { kind: "range"; least: number; most: number; missing: number };

const LIST: Record<string, readonly string[]> = {
  hits: ["--map-hit-far", "--map-hit-near"],
  ramp: ["--map-low", "--map-middle", "--map-high"],
  categories: Array.from({ length: CATEGORIES }, (_, at) => `--map-category-${at + 1}`),
};

/** The colours as they are now: tokens differ between light and dark, so only the browser can say. */
export function paletteOf(element: HTMLElement): Palette {
  const probe = element.appendChild(document.createElement("span"));
  const colour = (token: string): Rgb => {
    probe.style.color = `var(${token})`;
    return rgbOf(getComputedStyle(probe).color);
  };
  const list = (name: string): Rgb[] => (LIST[name] ?? []).map(colour);
  const palette = {
    point: colour("--map-point"),
    quiet: colour("--map-quiet"),
    rim: colour("--surface"),
    hits: list("hits"),
    ramp: list("ramp"),
    categories: list("categories"),
  };
  probe.remove();
  return palette;
}

/** A colour as the browser computes it: `rgb(12, 100, 100)`. */
export function rgbOf(css: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (css.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** A colour of a ramp, `part` from 0 (its first) to 1 (its last). */
export function onRamp(ramp: readonly Rgb[], part: number): Rgb {
  const along = Math.min(Math.max(part, 0), 1) * (ramp.length - 1);
  const at = Math.min(Math.floor(along), ramp.length - 2);
  const from = ramp[at] ?? [0, 0, 0];
  const to = ramp[at + 1] ?? from;
  const mixed = (channel: 0 | 1 | 2): number => Math.round(from[channel] + (to[channel] - from[channel]) * (along - at));
  return [mixed(0), mixed(1), mixed(2)];
}

/** Numbers become a range, unless they are few and whole; everything else categories, the most frequent first. */
export function scaleOf(values: readonly (Json | undefined)[], type: FieldType): Scale {
  const counts = new Map<Json, number>();
  let missing = 0;
  for (const value of values) {
    if (value === undefined || value === null) missing++;
    else counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const numeric = type === "number" || type === "integer";
  if (numeric && (type === "number" || counts.size > CATEGORIES)) {
    let least = Infinity;
    let most = -Infinity;
    for (const value of counts.keys()) {
      least = Math.min(least, Number(value));
      most = Math.max(most, Number(value));
    }
    return counts.size ? { kind: "range", least, most, missing } : { kind: "range", least: 0, most: 0, missing };
  }
  const sorted = [...counts].sort(numeric ? (a, b) => Number(a[0]) - Number(b[0]) : (a, b) => b[1] - a[1]);
  const shown = sorted.slice(0, sorted.length > CATEGORIES ? CATEGORIES - 1 : CATEGORIES);
  const rest = sorted.slice(shown.length);
  return {
    kind: "categories",
    values: shown.map(([value]) => value),
    counts: shown.map(([, count]) => count),
    others: rest.reduce((sum, [, count]) => sum + count, 0),
    missing,
  };
}

/** The colours of all points, red, green, blue and a byte of nothing each: graphics cards like fours. */
export function painted(values: readonly (Json | undefined)[], scale: Scale, palette: Palette): Uint8Array {
  const colours = new Uint8Array(4 * values.length);
  const places = scale.kind === "categories" ? new Map(scale.values.map((value, at) => [value, at])) : null;
  values.forEach((value, at) => {
    colours.set(value === undefined || value === null ? palette.quiet : colourOf(value), 4 * at);
  });
  return colours;

  function colourOf(value: Json): Rgb {
    if (scale.kind === "range") {
      return onRamp(palette.ramp, (Number(value) - scale.least) / (scale.most - scale.least || 1));
    }
    return palette.categories[places?.get(value) ?? -1] ?? palette.quiet;
  }
}
