import { useEffect, useRef, useState } from "react";

import type { Chosen } from "../../../api/uploads";
import { texts } from "../../../texts";
import { useToast } from "../../../ui";
import styles from "./Adding.module.css";
import { chosenOf, dropped } from "./dropped";

/** Takes files that are dropped anywhere on the page, or pasted. */
export function DropTarget({ label, onChoose }: { label: string; onChoose: (chosen: Chosen[]) => void }) {
  const [over, setOver] = useState(false);
  const toast = useToast();
  const choose = useRef(onChoose);
  useEffect(() => {
    choose.current = onChoose;
  });
  useEffect(() => {
    // Moving over children leaves one element for the next: only the last leaving counts.
    let depth = 0;
    const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;

    function enter(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      depth++;
      setOver(true);
    }

    function leave(event: DragEvent): void {
      if (!holdsFiles(event)) return;
      depth--;
      if (depth <= 0) setOver(false);
    }

    function allow(event: DragEvent): void {
      if (holdsFiles(event)) event.preventDefault();
    }

    function drop(event: DragEvent): void {
      if (!event.dataTransfer || !holdsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setOver(false);
      dropped(event.dataTransfer).then(
        (chosen) => {
          if (chosen.length) choose.current(chosen);
        },
        () => toast("failed", texts.adding.unreadable),
      );
    }

    function paste(event: ClipboardEvent): void {
      const chosen = chosenOf([...(event.clipboardData?.files ?? [])]);
      if (chosen.length) choose.current(chosen);
    }

    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", allow);
    window.addEventListener("drop", drop);
    window.addEventListener("paste", paste);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", allow);
      window.removeEventListener("drop", drop);
      window.removeEventListener("paste", paste);
    };
  }, [toast]);
  return over ? (
    <div className={styles["overlay"]} aria-hidden="true">
      <p>{label}</p>
    </div>
  ) : null;
}
