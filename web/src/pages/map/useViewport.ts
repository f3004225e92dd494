import { useEffect, useMemo, useRef, useState } from "react";

import {
  type Box,
  type Place,
  type Size,
  type Viewport,
  between,
  bounded,
  boxOf,
  fitted,
  panned,
  zoomed,
} from "./viewport";

const CALM = 220;

/** What is looked at, and the ways to change it. Until somebody does, all of the map is shown, whatever its size. */
export interface Camera {
  view: Viewport;
  /** The viewport that shows all. */
  whole: Viewport;
  pan: (by: Place) => void;
  zoom: (factor: number, anchor: Place | null, smoothly: boolean) => void;
  fit: () => void;
  /** Show this part of the map. */
  show: (box: Box) => void;
  /** Bring a place into the middle. */
  centre: (place: Place) => void;
}

export function useViewport(places: Float32Array, size: Size): Camera {
  const box = useMemo(() => boxOf(places), [places]);
  const whole = useMemo(() => fitted(box, size), [box, size]);
  const [moved, setMoved] = useState<Viewport | null>(null);
  const view = moved ?? whole;
  const movement = useRef<{ frame: number; to: Viewport } | null>(null);

  function stop(): void {
    if (movement.current) cancelAnimationFrame(movement.current.frame);
    movement.current = null;
  }
  useEffect(() => stop, []);

  /** Change it at once; several changes may come before the next frame. */
  function change(next: (from: Viewport) => Viewport): void {
    stop();
    setMoved((from) => bounded(next(from ?? whole), box, whole));
  }

  /** Move there in a calm way; null is the whole map. */
  function go(target: Viewport | null): void {
    stop();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      setMoved(target);
      return;
    }
    const to = target ?? whole;
    const start = performance.now();
    const step = (now: number): void => {
      const part = Math.min(Math.max((now - start) / CALM, 0), 1);
      if (part === 1) {
        movement.current = null;
        setMoved(target);
        return;
      }
      setMoved(between(view, to, 1 - (1 - part) ** 3));
      movement.current = { frame: requestAnimationFrame(step), to };
    };
    movement.current = { frame: requestAnimationFrame(step), to };
  }

  return {
    view,
    whole,
    pan: (by) => change((from) => panned(from, by)),
    zoom: (factor, anchor, smoothly) => {
      const at = anchor ?? { x: size.width / 2, y: size.height / 2 };
      if (!smoothly) change((from) => zoomed(from, size, factor, at));
      // Pressed again on the way, it goes as far as was asked for in all.
      else go(bounded(zoomed(movement.current?.to ?? view, size, factor, at), box, whole));
    },
    fit: () => go(null),
    show: (part) => go(bounded(fitted(part, size), box, whole)),
    centre: (place) => go({ ...view, ...place }),
  };
}
