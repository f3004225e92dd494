import { useEffect, useEffectEvent, useState } from "react";

import type { Application, Collection } from "../../../api/types";
import { texts } from "../../../texts";
import { useToast } from "../../../ui";
import { useView } from "../../../views/registry";
import styles from "./Adding.module.css";
import { dropped } from "./dropped";
import { useAdding } from "./useAdding";

interface DropTargetProps {
  application: Application;
  collection: Collection;
  /** The form to search with is there too, and may want what is dropped. */
  asking: boolean;
}

/** Adds files that are dropped anywhere on the page, and says so while they hover. */
export function DropTarget({ application, collection, asking }: DropTargetProps) {
  const [over, setOver] = useState(false);
  const view = useView(application.name);
  const add = useAdding(collection);
  const toast = useToast();

  const wanted = useEffectEvent((transfer: DataTransfer): boolean => {
    const files = [...transfer.items].filter((one) => one.kind === "file");
    // There is nothing to find in an empty collection yet.
    return !asking || collection.items === 0 || view.asksWith?.(files) !== true;
  });

  const take = useEffectEvent((transfer: DataTransfer): void => {
    dropped(transfer).then(add, () => toast("failed", texts.adding.unreadable));
  });

  useEffect(() => {
    // Moving over children leaves one element for the next: only the last leaving counts.
    let depth = 0;
    let ours = false;

    /** Whether an event is for us; if so, nobody below hears of it. */
    function claim(event: DragEvent): event is DragEvent & { dataTransfer: DataTransfer } {
      if (!event.dataTransfer?.types.includes("Files")) return false;
      if (depth === 0) ours = wanted(event.dataTransfer);
      if (!ours) return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    }

    function end(): void {
      depth = 0;
      setOver(false);
    }

    function enter(event: DragEvent): void {
      if (!claim(event)) return;
      depth++;
      setOver(!inDialog());
    }

    function leave(event: DragEvent): void {
      if (claim(event) && --depth <= 0) end();
    }

    function hover(event: DragEvent): void {
      if (claim(event)) event.dataTransfer.dropEffect = inDialog() ? "none" : "copy";
    }

    function drop(event: DragEvent): void {
      if (!claim(event)) return;
      end();
      if (!inDialog()) take(event.dataTransfer);
    }

    const stop = new AbortController();
    // Before the view, which listens to the same.
    const options = { signal: stop.signal, capture: true };
    window.addEventListener("dragenter", enter, options);
    window.addEventListener("dragleave", leave, options);
    window.addEventListener("dragover", hover, options);
    window.addEventListener("drop", drop, options);
    return () => stop.abort();
  }, []);

  return over ? (
    <div className={styles["overlay"]} aria-hidden="true">
      <p>{texts.adding.drop(collection.name)}</p>
    </div>
  ) : null;
}

/** Whether a dialog is open: what is done then is meant for it. */
export function inDialog(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
