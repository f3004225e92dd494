import { type RefObject, useLayoutEffect, useState } from "react";

interface Place {
  /** Where the list begins, and how wide it is, in pixels of the document. */
  top: number;
  width: number;
  /** The height of the window. */
  window: number;
}

/** Where a list lies in the document: followed when the window changes, or what stands above it. */
export function usePlace(box: RefObject<HTMLElement | null>): Place {
  const [place, setPlace] = useState<Place>({ top: 0, width: 0, window: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = (): void => {
      const next = {
        top: element.getBoundingClientRect().top + window.scrollY,
        width: element.clientWidth,
        window: window.innerHeight,
      };
      setPlace((now) => (same(now, next) ? now : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    // What stands above may grow: an upload, a notice.
    observer.observe(document.body);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [box]);
  return place;
}

function same(one: Place, other: Place): boolean {
  return one.top === other.top && one.width === other.width && one.window === other.window;
}

/** Rows, all equally high, from `first` on, up to but without `end`. */
interface Rows {
  first: number;
  end: number;
}

/** The rows in the window, and `beyond` as many above and below it. */
export function rowsAt(scrolled: number, place: Place, height: number, beyond: number): Rows {
  const first = Math.floor((scrolled - place.top) / height);
  const end = Math.ceil((scrolled - place.top + place.window) / height);
  return { first: Math.max(0, first - beyond), end: Math.max(0, end + beyond) };
}

/** The rows near the window: another answer only when another row comes near, not for every pixel. */
export function useRows(place: Place, height: number, beyond: number): Rows {
  const [scrolled, setScrolled] = useState(() => window.scrollY);
  const rows = rowsAt(scrolled, place, height, beyond);
  useLayoutEffect(() => {
    function look(): void {
      setScrolled((now) => {
        const [one, other] = [rowsAt(now, place, height, beyond), rowsAt(window.scrollY, place, height, beyond)];
        return one.first === other.first && one.end === other.end ? now : window.scrollY;
      });
    }
    look();
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, [place, height, beyond]);
  return rows;
}
