import { type RefObject, useEffect, useRef, useState } from "react";

import { type Frame, type Highlights, PointRenderer } from "./renderer";

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
  useEffect(() => {
    const next = requestAnimationFrame(() => renderer.current?.draw(frame));
    return () => cancelAnimationFrame(next);
  });
  return lost;
}

/** Whether this browser can draw the map at all. */
export function canDraw(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null;
}
