import { type DependencyList, useCallback, useEffect, useLayoutEffect, useRef } from "react";

// Whoever is so near to the end, in pixels, wants to see what comes.
const NEAR = 160;

/**
 * While the end of the page is in sight it stays there, whatever comes; who scrolls up is left alone. `empty`: there is
 * nothing yet, and one begins at the beginning.
 *
 * Returns what goes to the end, with what comes next.
 */
export function useEndKept(empty: boolean, grows: DependencyList): () => void {
  const near = useRef(true);
  useEffect(() => {
    function look(): void {
      const { scrollHeight } = document.documentElement;
      near.current = scrollHeight - window.innerHeight - window.scrollY < NEAR;
    }
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
  useLayoutEffect(() => {
    if (near.current && !empty) window.scrollTo(0, document.documentElement.scrollHeight);
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, grows);
  return useCallback(() => {
    near.current = true;
  }, []);
}
