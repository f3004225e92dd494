import { type RefObject, useLayoutEffect, useState } from "react";

const STEP = 10;
const LEAST = 20;
const MOST = 100;

/** How many letters of its font stand beside each other in an element, as it is now: in tens, less `taken`. */
export function useColumns(box: RefObject<HTMLElement | null>, taken: number): number {
  const [columns, setColumns] = useState(LEAST);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const context = document.createElement("canvas").getContext("2d");
    const measure = (): void => {
      const style = getComputedStyle(element);
      let letter = parseFloat(style.fontSize) * 0.6;
      if (context) {
        context.font = `${style.fontSize} ${style.fontFamily}`;
        letter = context.measureText("A").width || letter;
      }
      const inner = element.clientWidth - parseFloat(style.paddingInlineStart) - parseFloat(style.paddingInlineEnd);
      const fitting = Math.floor((Math.floor(inner / letter) - taken) / STEP) * STEP;
      setColumns(Math.min(MOST, Math.max(LEAST, fitting)));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, taken]);
  return columns;
}
