import { type RefObject, useEffect, useRef, useState } from "react";

import { type Frame, type Highlights, PointRenderer } from "./renderer";

// When two frames in a row keep the browser from everything else for so many milliseconds, the graphics cannot keep up.
const LONG = 24;
const REST = 120;

/** How the drawing keeps up while it moves. */
interface Pace {
  /** Frames in a row that took long. */
  long: number;
  snapshots: boolean;
}

/**
 * Draws on a canvas whatever it is given, in the browser's next frame. Returns whether the graphics card has dropped the
 * drawing, which happens when a laptop wakes up, and is mended as soon as the browser says so.
 */
export function useRenderer(
  canvas: RefObject<HTMLCanvasElement | null>,
  places: Float32Array,
  colours: Uint8Array | null,
  highlights: Highlights,
  frame: Frame,
): boolean {
  const renderer = useRef<PointRenderer | null>(null);
  const pace = useRef<Pace>({ long: 0, snapshots: false });
  const [lost, setLost] = useState(false);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const lose = (event: Event): void => {
      // Without this, browsers do not give it back.
      event.preventDefault();
      setLost(true);
    };
    const restore = (): void => setLost(false);
    element.addEventListener("webglcontextlost", lose);
    element.addEventListener("webglcontextrestored", restore);
    return () => {
      element.removeEventListener("webglcontextlost", lose);
      element.removeEventListener("webglcontextrestored", restore);
    };
  }, [canvas]);

  useEffect(() => {
    if (!canvas.current || lost) return;
    const made = PointRenderer.on(canvas.current);
    renderer.current = made;
    return () => {
      renderer.current = null;
      made?.dispose();
    };
  }, [canvas, lost]);

  useEffect(() => renderer.current?.setPoints(places, colours), [places, colours, lost]);
  useEffect(() => renderer.current?.setHighlights(highlights), [highlights, lost]);
  const { view, size, ratio, radius, opacity, colour, rim } = frame;
  useEffect(() => {
    const shown = { view, size, ratio, radius, opacity, colour, rim };
    let rest: ReturnType<typeof setTimeout> | undefined;
    const next = requestAnimationFrame(() => {
      const { current } = pace;
      const start = performance.now();
      renderer.current?.draw(shown, current.snapshots, false);
      // Drawing only gives orders. The browser waits for slow graphics when it hands the frame over, before its next task.
      setTimeout(() => {
        current.long = performance.now() - start > LONG ? current.long + 1 : 0;
        current.snapshots ||= current.long > 1;
      });
      if (current.snapshots) rest = setTimeout(() => renderer.current?.draw(shown, true, true), REST);
    });
    return () => {
      cancelAnimationFrame(next);
      clearTimeout(rest);
    };
  }, [view, size, ratio, radius, opacity, colour, rim, places, colours, highlights, lost]);
  return lost;
}

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null;
}
