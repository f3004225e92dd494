import { collections } from "../../../api/collections";
import { Problem } from "../../../api/problem";
import type { Collection, Item } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, Dialog, DialogActions, useToast } from "../../../ui";
import { BatchReport } from "./BatchReport";
import { nameOf } from "./ItemCard";
import { useBatch } from "./useBatch";
import { useItemChanges } from "./useItems";

interface DeleteDialogProps {
  collection: Collection;
  items: readonly Item[];
  /** Items are gone, maybe not all of them. */
  onGone: (ids: string[]) => void;
  onClose: () => void;
}

/** Asks, then deletes items; it can be stopped, and says with which it failed. */
export function DeleteDialog({ collection, items, onGone, onClose }: DeleteDialogProps) {
  const changes = useItemChanges(collection);
  const toast = useToast();
  const batch = useBatch<Item>(remove, ({ done, failed }) => {
    const gone = done.map((item) => item.id);
    if (gone.length) toast("done", texts.items.removed(gone.length));
    void changes.removed(gone);
    onGone(gone);
    if (!failed.length) onClose();
  });
  const over = batch.total > 0 && !batch.running;

  async function remove({ id }: Item): Promise<void> {
    try {
      await collections.removeItem(collection.application, collection.name, id);
    } catch (error) {
      // Somebody else was faster: it is gone, as it shall be.
      if (!(error instanceof Problem) || error.status !== 404) throw error;
    }
  }

  const [only] = items;
  const close = batch.running ? batch.stop : onClose;
  return (
    <Dialog title={texts.items.removeTitle(items.length)} onClose={close}>
      {batch.total === 0 && (
        <p>
          {items.length === 1 && only && <b>{nameOf(only)}. </b>}
          {texts.items.removeHelp(items.length)}
        </p>
      )}
      <BatchReport {...batch} label={texts.items.remove} doing={texts.items.removing} />
      <DialogActions>
        <Button onClick={close}>{batch.running ? texts.items.stop : over ? texts.close : texts.cancel}</Button>
        {over ? (
          <Button kind="danger" onClick={batch.retry}>
            {texts.items.retryFailed(batch.failed.length)}
          </Button>
        ) : (
          <Button kind="danger" busy={batch.running} onClick={() => batch.start(items)}>
            {texts.items.remove}
          </Button>
        )}
      </DialogActions>
    </Dialog>
  );
}
