import { type RefObject, useEffect, useEffectEvent } from "react";

import type { Direction } from "./grid";
import type { Place } from "./viewport";

/** What the hands can do to the map; places are CSS pixels from its top left. */
interface Handlers {
  onPan: (by: Place) => void;
  /** `smoothly`: it is one step and not part of a movement. */
  onZoom: (factor: number, anchor: Place | null, smoothly: boolean) => void;
  /** The wheel was turned over the map while it belongs to the page. */
  onScroll: () => void;
  onFit: () => void;
  /** The pointer is there without a button; null if it has left. */
  onHover: (at: Place | null) => void;
  /** A click, or a finger's tap. */
  onPick: (at: Place, touch: boolean) => void;
  /** The next point in a direction. */
  onStep: (direction: Direction) => void;
  onOpen: () => void;
  onEscape: () => void;
}

const SLACK = 5;
const STEP = 80;
const WHEEL = 0.0018;
const PINCH_WHEEL = 0.01;
// The steps of two fingers are smaller than this, those of a wheel larger.
const NOTCH = 50;
const LINE = 24;
export const ZOOM_STEP = 1.8;

const ARROWS: Record<string, [Direction, Place]> = {
  ArrowLeft: ["left", { x: STEP, y: 0 }],
  ArrowRight: ["right", { x: -STEP, y: 0 }],
  ArrowUp: ["up", { x: 0, y: STEP }],
  ArrowDown: ["down", { x: 0, y: -STEP }],
};

/** Listens to pointer, wheel and keys on the map. */
export function useGestures(surface: RefObject<HTMLElement | null>, handlers: Handlers): void {
  const on = useEffectEvent(<Name extends keyof Handlers>(name: Name, ...given: Parameters<Handlers[Name]>) => {
    (handlers[name] as (...all: Parameters<Handlers[Name]>) => void)(...given);
  });

  useEffect(() => {
    const element = surface.current;
    if (!element) return;
    const map = element;
    const down = new Map<number, Place>();
    let begun: Place | null = null;

    function place(event: MouseEvent): Place {
      const { left, top } = map.getBoundingClientRect();
      return { x: event.clientX - left, y: event.clientY - top };
    }

    function press(event: PointerEvent): void {
      if (event.button !== 0) return;
      map.setPointerCapture(event.pointerId);
      down.set(event.pointerId, place(event));
      begun = down.size === 1 ? place(event) : null;
    }

    function move(event: PointerEvent): void {
      const now = place(event);
      const before = down.get(event.pointerId);
      if (!before) {
        if (event.pointerType !== "touch") on("onHover", now);
        return;
      }
      if (begun && Math.hypot(now.x - begun.x, now.y - begun.y) < SLACK) return;
      begun = null;
      map.dataset["dragged"] = "";
      on("onHover", null);
      const other = [...down].find(([pointer]) => pointer !== event.pointerId)?.[1];
      down.set(event.pointerId, now);
      if (!other) {
        on("onPan", { x: now.x - before.x, y: now.y - before.y });
        return;
      }
      // Two fingers: what lies between them moves and grows with them.
      const apart = (one: Place): number => Math.max(Math.hypot(one.x - other.x, one.y - other.y), 1);
      on("onPan", { x: (now.x - before.x) / 2, y: (now.y - before.y) / 2 });
      on("onZoom", apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, false);
    }

    function release(event: PointerEvent): void {
      if (!down.delete(event.pointerId)) return;
      delete map.dataset["dragged"];
      if (begun && event.type === "pointerup") on("onPick", place(event), event.pointerType === "touch");
      begun = null;
    }

    function wheel(event: WheelEvent): void {
      // Who only scrolls past must not be caught: the wheel is the map's with a key, or after the map was clicked.
      if (!event.ctrlKey && !event.metaKey && document.activeElement !== map) {
        on("onScroll");
        return;
      }
      event.preventDefault();
      const turned = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * LINE : event.deltaY;
      // Browsers tell of two fingers on a touchpad as a wheel with Ctrl, in small steps.
      const pinched = event.ctrlKey && Math.abs(turned) < NOTCH;
      on("onZoom", Math.exp(-turned * (pinched ? PINCH_WHEEL : WHEEL)), place(event), false);
    }

    function twice(event: MouseEvent): void {
      on("onZoom", event.shiftKey ? 1 / ZOOM_STEP : ZOOM_STEP, place(event), true);
    }

    function key(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const arrow = ARROWS[event.key];
      if (arrow && event.shiftKey) on("onStep", arrow[0]);
      else if (arrow) on("onPan", arrow[1]);
      else if (event.key === "+" || event.key === "=") on("onZoom", ZOOM_STEP, null, true);
      else if (event.key === "-") on("onZoom", 1 / ZOOM_STEP, null, true);
      else if (event.key === "0") on("onFit");
      else if (event.key === "Enter") on("onOpen");
      else if (event.key === "Escape") on("onEscape");
      else return;
      event.preventDefault();
    }

    const leave = (): void => on("onHover", null);
    const listening = new AbortController();
    const { signal } = listening;
    map.addEventListener("pointerdown", press, { signal });
    map.addEventListener("pointermove", move, { signal });
    map.addEventListener("pointerup", release, { signal });
    map.addEventListener("pointercancel", release, { signal });
    map.addEventListener("pointerleave", leave, { signal });
    map.addEventListener("wheel", wheel, { signal, passive: false });
    map.addEventListener("dblclick", twice, { signal });
    map.addEventListener("keydown", key, { signal });
    return () => listening.abort();
  }, [surface]);
}
