import { type ReactNode, type RefObject, useId, useMemo, useRef, useState } from "react";

import type { ItemMap } from "../../api/map";
import { texts } from "../../texts";
import { IconButton, Kbd } from "../../ui";
import { FitIcon, MinusIcon, PlusIcon } from "../../ui/icons";
import { type Palette, onRamp } from "./colours";
import { ZOOM_STEP, useGestures } from "./gestures";
import { type Direction, type Grid, towards } from "./grid";
import { type Mark, type QueryMark, placeOf } from "./marks";
import { Overlay, type Shown } from "./Overlay";
import type { Highlights } from "./renderer";
import styles from "./Stage.module.css";
import { usePixelRatio } from "./usePixelRatio";
import { useRenderer } from "./useRenderer";
import type { Camera } from "./useViewport";
import { type Place, type Size, radiusOf, toMap, toScreen } from "./viewport";

/** The point that is looked at, and how it came to that. */
export interface Pointed {
  id: string;
  by: "pointer" | "touch" | "keys" | "list";
}

interface StageProps {
  frame: RefObject<HTMLDivElement | null>;
  size: Size;
  camera: Camera;
  map: ItemMap;
  grid: Grid;
  palette: Palette;
  /** The colours of the points by a field; null for one colour. */
  colours: Uint8Array | null;
  marks: readonly Mark[];
  query: QueryMark | null;
  shown: readonly Shown[];
  side: number;
  pointed: Pointed | null;
  onPoint: (pointed: Pointed | null) => void;
  onOpen: (id: string) => void;
  /** The card of the point that is looked at. */
  card: (at: Place, gap: number) => ReactNode;
}

const REACH = 8;
const FINGER = 24;
// More would take software rendering too long, and nobody sees the difference.
const FINEST = 2;
const DIM = 0.55;

/** The drawing of the map, and everything that hands can do to it. */
export function Stage(props: StageProps) {
  const { frame, size, camera, map, grid, palette, colours, marks, query, shown, side, pointed, onPoint, onOpen, card } = props;
  const { view, whole } = camera;
  const surface = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const keys = useId();
  const pixelRatio = usePixelRatio();
  const [scrolled, setScrolled] = useState(0);
  const radius = radiusOf(map.ids.length, size, view.zoom / whole.zoom);
  const marked = Math.max(radius * 1.5, 4);
  const highlights = useMemo(() => highlightsOf(marks, palette, marked), [marks, palette, marked]);
  const lost = useRenderer(canvas, map.places, colours, highlights, {
    view,
    size,
    ratio: Math.min(pixelRatio, FINEST),
    radius,
    opacity: marks.length > 0 ? DIM : 0.9,
    colour: marks.length > 0 ? palette.quiet : palette.point,
    rim: palette.rim,
  });

  /** The item at a place of the screen: one that is shown, a hit, or the nearest point. */
  function itemAt(at: Place, reach: number): string | undefined {
    const touches = (place: Place, half: number): boolean => {
      const there = toScreen(view, size, place);
      return Math.max(Math.abs(there.x - at.x), Math.abs(there.y - at.y)) <= half;
    };
    const picture = shown.findLast(({ item, place }) => touches(place, item.links.preview ? side / 2 : reach));
    if (picture) return picture.item.id;
    const hit = marks.find(({ place }) => touches(place, marked + 2));
    if (hit) return hit.id;
    return map.ids[grid.nearest(toMap(view, size, at), (radius + reach) / view.zoom)];
  }

  function step(direction: Direction): void {
    const from = pointed && placeOf(map, pointed.id);
    const id = map.ids[towards(map.places, from ?? { x: view.x, y: view.y }, direction)];
    if (id === undefined) return;
    onPoint({ id, by: "keys" });
    const place = placeOf(map, id);
    if (place && !isInside(toScreen(view, size, place), size)) camera.centre(place);
  }

  useGestures(surface, {
    onPan: camera.pan,
    onZoom: camera.zoom,
    onScroll: () => setScrolled((times) => times + 1),
    onFit: camera.fit,
    onHover: (at) => {
      const id = at ? itemAt(at, REACH) : undefined;
      if (id !== pointed?.id) onPoint(id === undefined ? null : { id, by: "pointer" });
    },
    onPick: (at, touch) => {
      const id = itemAt(at, touch ? FINGER : REACH);
      if (id === undefined) onPoint(null);
      else if (touch) onPoint({ id, by: "touch" });
      else onOpen(id);
    },
    onStep: step,
    onOpen: () => pointed && onOpen(pointed.id),
    onEscape: () => onPoint(null),
  });

  const place = pointed && placeOf(map, pointed.id);
  const onScreen = place && toScreen(view, size, place);
  const focusable = { tabIndex: 0 };
  return (
    <div ref={frame} className={styles["frame"]}>
      <div
        ref={surface}
        className={styles["surface"]}
        data-pointing={pointed?.by === "pointer" || undefined}
        role="application"
        aria-roledescription={texts.map.role}
        aria-label={texts.map.label(map.ids.length)}
        aria-describedby={keys}
        {...focusable}
      >
        <canvas ref={canvas} className={styles["canvas"]} />
      </div>
      <Overlay view={view} size={size} shown={shown} side={side} query={query} pointed={place} radius={radius} />
      {lost && (
        <p role="status" className={styles["lost"]}>
          {texts.map.lost}
        </p>
      )}
      {scrolled > 0 && (
        <p key={scrolled} className={styles["hint"]} aria-hidden="true" onAnimationEnd={() => setScrolled(0)}>
          {texts.map.wheel}
        </p>
      )}
      <p id={keys} hidden>
        {texts.map.keys.spoken}
      </p>
      <Keys />
      <div className={styles["controls"]}>
        <IconButton label={texts.map.zoomIn} onClick={() => camera.zoom(ZOOM_STEP, null, true)}>
          <PlusIcon />
        </IconButton>
        <IconButton label={texts.map.zoomOut} onClick={() => camera.zoom(1 / ZOOM_STEP, null, true)}>
          <MinusIcon />
        </IconButton>
        <IconButton label={texts.map.fit} onClick={camera.fit}>
          <FitIcon />
        </IconButton>
      </div>
      {onScreen && isInside(onScreen, size) && card(onScreen, radius + 10)}
    </div>
  );
}

/** What the keys do, shown while the map has the focus of a keyboard. */
function Keys() {
  const { keys } = texts.map;
  const rows = [
    ["← ↑ → ↓", keys.move],
    ["+ −", keys.zoom],
    ["0", keys.all],
    ["⇧ →", keys.step],
    ["↵", keys.open],
  ] as const;
  return (
    <div className={styles["keys"]} aria-hidden="true">
      {rows.map(([key, does]) => (
        <span key={key}>
          <Kbd>{key}</Kbd> {does}
        </span>
      ))}
    </div>
  );
}

function isInside({ x, y }: Place, { width, height }: Size): boolean {
  return x >= 0 && y >= 0 && x <= width && y <= height;
}

/** Hits as they are drawn: the better, the larger and the stronger in colour, the best on top. */
function highlightsOf(marks: readonly Mark[], palette: Palette, radius: number): Highlights {
  const drawn = marks.toReversed();
  const colours = new Uint8Array(4 * drawn.length);
  drawn.forEach(({ strength }, at) => colours.set(onRamp(palette.hits, strength), 4 * at));
  return {
    places: new Float32Array(drawn.flatMap(({ place }) => [place.x, place.y])),
    colours,
    radii: new Float32Array(drawn.map(({ strength }) => radius * (1 + 0.5 * strength))),
  };
}
