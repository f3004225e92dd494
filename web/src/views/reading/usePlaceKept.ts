import { type RefObject, useLayoutEffect } from "react";

/** Where a passage begins in a document that is shown. */
export function pieceOf(frame: HTMLElement | null, ordinal: number): HTMLElement | null {
  return frame?.querySelector<HTMLElement>(`[data-passage="${ordinal}"]`) ?? null;
}

/**
 * What is read stays where it is in the window while text comes before it, and while lines break anew.
 *
 * The browser does the like itself, but not at the very beginning, and not everywhere. `absent`: there is no text yet.
 */
export function usePlaceKept(frame: RefObject<HTMLElement | null>, absent: boolean): void {
  useLayoutEffect(() => {
    const element = frame.current;
    const scroller = element?.closest("dialog");
    if (!element || !scroller) return;
    let seen: { ordinal: number; top: number } | null = null;

    function look(): void {
      if (!element || !scroller) return;
      const top = scroller.getBoundingClientRect().top;
      for (const piece of element.querySelectorAll<HTMLElement>("[data-passage]")) {
        const box = piece.getBoundingClientRect();
        if (box.bottom <= top) continue;
        seen = { ordinal: Number(piece.dataset["passage"]), top: box.top - top };
        return;
      }
    }

    function restore(): void {
      if (!scroller) return;
      const piece = seen && pieceOf(element, seen.ordinal);
      // At the beginning there is nothing to keep: what stands above the text belongs there.
      const isFirst = piece !== null && piece === element?.querySelector("[data-passage]");
      if (seen && piece && (scroller.scrollTop > 0 || !isFirst)) {
        scroller.scrollTop += piece.getBoundingClientRect().top - scroller.getBoundingClientRect().top - seen.top;
      }
      look();
    }

    const observer = new ResizeObserver(restore);
    observer.observe(element);
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  }, [frame, absent]);
}
