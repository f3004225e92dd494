import { useEffect } from "react";

/** Keeps the browser from leaving the page for a file that was dropped where nobody takes it. */
export function useNoOpening(): void {
  useEffect(() => {
    function over(event: DragEvent): void {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "none";
    }

    function drop(event: DragEvent): void {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    }

    const stop = new AbortController();
    addEventListener("dragover", over, { signal: stop.signal });
    addEventListener("drop", drop, { signal: stop.signal });
    return () => stop.abort();
  }, []);
}
