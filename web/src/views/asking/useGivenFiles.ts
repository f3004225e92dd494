import { useEffect, useRef, useState } from "react";

/**
 * Files that are dropped or pasted anywhere on the page, while this is mounted. Returns whether some hover over it.
 *
 * What is pasted or dropped while a dialog is open is for the dialog.
 */
export function useGivenFiles(onFiles: (files: File[]) => void): boolean {
  const [hovering, setHovering] = useState(false);
  const given = useRef(onFiles);

  useEffect(() => {
    given.current = onFiles;
  });

  useEffect(() => {
    // Enter and leave come for every element that the pointer crosses.
    let depth = 0;

    function hover(by: number): void {
      depth = Math.max(0, depth + by);
      setHovering(depth > 0);
    }

    function enter(event: DragEvent): void {
      if (hasFiles(event)) hover(1);
    }

    function leave(event: DragEvent): void {
      if (hasFiles(event)) hover(-1);
    }

    function over(event: DragEvent): void {
      if (!hasFiles(event)) return;
      event.preventDefault();
      // Whoever only keeps the browser from opening it may have said before that it is not wanted.
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
    }

    function drop(event: DragEvent): void {
      if (!hasFiles(event)) return;
      event.preventDefault();
      hover(-depth);
      given.current([...(event.dataTransfer?.files ?? [])]);
    }

    function paste(event: ClipboardEvent): void {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      given.current(files);
    }

    const stop = new AbortController();
    const { signal } = stop;
    addEventListener("dragenter", enter, { signal });
    addEventListener("dragleave", leave, { signal });
    addEventListener("dragover", over, { signal });
    addEventListener("drop", drop, { signal });
    addEventListener("paste", paste, { signal });
    return () => stop.abort();
  }, []);

  return hovering;
}

function hasFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes("Files") === true && !document.querySelector("dialog[open]");
}
