import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * Keeps the focus in its place when the control that has it goes away: the one that then stands at its place among
 * `selector` gets it. Returns what to call with a control that is about to go.
 */
export function useFocusKept(root: RefObject<HTMLElement | null>, selector: string): (going: HTMLElement) => void {
  const left = useRef<{ going: HTMLElement; place: number } | null>(null);

  // It may go with any drawing: an answer comes when it comes.
  useLayoutEffect(() => {
    if (left.current === null || left.current.going.isConnected) return;
    const { place } = left.current;
    left.current = null;
    if (document.activeElement !== document.body) return;
    const there = [...(root.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
    (there[place] ?? there.at(-1) ?? root.current)?.focus({ preventScroll: true });
  });

  return (going) => {
    const there = [...(root.current?.querySelectorAll<HTMLElement>(selector) ?? [])];
    left.current = { going, place: Math.max(0, there.indexOf(going)) };
  };
}
