import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { collections } from "../../../api/collections";
import { Problem, reason } from "../../../api/problem";
import { keys } from "../../../api/queries";
import type { Collection } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, Dialog, DialogActions, Progress, useToast } from "../../../ui";

interface DeleteDialogProps {
  collection: Collection;
  ids: readonly string[];
  /** What was deleted, also if it was stopped half-way. */
  onDone: (gone: string[]) => void;
}

/** Asks, then deletes items one after another; it can be stopped. */
export function DeleteDialog({ collection, ids, onDone }: DeleteDialogProps) {
  const cache = useQueryClient();
  const toast = useToast();
  const [done, setDone] = useState<number | null>(null);
  const stopped = useRef(false);

  async function remove(): Promise<void> {
    const gone: string[] = [];
    setDone(0);
    for (const id of ids) {
      if (stopped.current) break;
      try {
        await collections.removeItem(collection.application, collection.name, id);
      } catch (error) {
        // Somebody else was faster: it is gone, as it shall be.
        if (!(error instanceof Problem) || error.status !== 404) {
          toast("failed", reason(error));
          break;
        }
      }
      gone.push(id);
      setDone(gone.length);
    }
    await cache.invalidateQueries({ queryKey: keys.collection(collection.application, collection.name) });
    if (gone.length) toast("done", texts.items.removed(gone.length));
    onDone(gone);
  }

  function stop(): void {
    stopped.current = true;
    if (done === null) onDone([]);
  }

  return (
    <Dialog title={texts.items.removeTitle(ids.length)} onClose={stop}>
      {done === null ? (
        <p>{texts.items.removeHelp}</p>
      ) : (
        <>
          <Progress label={texts.items.remove} value={done} max={ids.length} />
          <p className="figures">{texts.items.removing(done, ids.length)}</p>
        </>
      )}
      <DialogActions>
        <Button onClick={stop}>{done === null ? texts.cancel : texts.items.stop}</Button>
        <Button kind="danger" busy={done !== null} onClick={() => void remove()}>
          {texts.items.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
