import { useEffect, useEffectEvent } from "react";

import type { Chosen } from "../../../api/delivery";
import { inDialog } from "./DropTarget";
import { chosenOf } from "./dropped";

/** Takes files that are pasted anywhere but into a field or a dialog. */
export function usePasting(onChoose: (chosen: Chosen[]) => void): void {
  const take = useEffectEvent((event: ClipboardEvent) => {
    const typing = event.target instanceof Element && event.target.closest("input, textarea");
    // Tables give a picture of themselves along with the text that somebody pastes into a field.
    if (typing || inDialog()) return;
    const chosen = chosenOf([...(event.clipboardData?.files ?? [])]);
    if (chosen.length) onChoose(chosen);
  });
  useEffect(() => {
    const listener = (event: ClipboardEvent): void => take(event);
    window.addEventListener("paste", listener);
    return () => window.removeEventListener("paste", listener);
  }, []);
}
