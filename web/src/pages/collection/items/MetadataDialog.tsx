import { type SyntheticEvent, useState } from "react";

import { collections } from "../../../api/collections";
import type { Collection, Item, Json } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, Dialog, DialogActions, useToast } from "../../../ui";
import { PlusIcon } from "../../../ui/icons";
import { BatchReport } from "./BatchReport";
import styles from "./MetadataDialog.module.css";
import { MetadataLine } from "./MetadataLine";
import { type Line, type Wrong, linesOf, newLine, patchOf } from "./metadata";
import { useBatch } from "./useBatch";
import { useItemChanges } from "./useItems";

interface MetadataDialogProps {
  collection: Collection;
  items: readonly Item[];
  onClose: () => void;
}

interface Change {
  item: Item;
  patch: Record<string, Json>;
}

/** Changes the metadata of one item, or the same of several. */
export function MetadataDialog({ collection, items, onClose }: MetadataDialogProps) {
  const changes = useItemChanges(collection);
  const toast = useToast();
  const [before] = useState(() => linesOf(items, collection.fields));
  const [lines, setLines] = useState(before);
  const [wrong, setWrong] = useState<ReadonlyMap<number, Wrong>>(new Map());
  const [fresh] = useState(() => new Map<string, Item>());
  const batch = useBatch<Change>(apply, ({ done, failed }) => {
    void changes.changed([...fresh.values()]);
    if (failed.length) return;
    if (items.length > 1) toast("done", texts.items.changed(done.length));
    onClose();
  });

  async function apply({ item, patch }: Change): Promise<void> {
    fresh.set(item.id, await collections.changeItem(collection.application, collection.name, item.id, patch));
  }

  function change(id: number, part: Partial<Line>): void {
    setLines((all) => all.map((line) => (line.id === id ? { ...line, ...part } : line)));
    setWrong((all) => new Map([...all].filter(([line]) => line !== id)));
  }

  function save(event: SyntheticEvent): void {
    event.preventDefault();
    const { patch, wrong: found } = patchOf(lines, before);
    setWrong(found);
    if (found.size) return;
    if (Object.keys(patch).length) batch.start(items.map((item) => ({ item, patch })));
    else onClose();
  }

  const close = batch.running ? batch.stop : onClose;
  return (
    <Dialog title={texts.items.editTitle(items.length)} onClose={close}>
      <form className={styles["form"]} onSubmit={save} noValidate>
        {items.length > 1 && <p className={styles["help"]}>{texts.items.editMany}</p>}
        <fieldset className={styles["lines"]} disabled={batch.running}>
          {lines.map((line) => (
            <MetadataLine
              key={line.id}
              line={line}
              wrong={wrong.get(line.id)}
              isNew={!before.some((one) => one.id === line.id)}
              onChange={(part) => change(line.id, part)}
              onDrop={() => setLines((all) => all.filter((other) => other.id !== line.id))}
            />
          ))}
          <div>
            <Button kind="quiet" flush onClick={() => setLines((all) => [...all, newLine(all)])}>
              <PlusIcon />
              {texts.items.addLine}
            </Button>
          </div>
        </fieldset>
        <BatchReport
          label={texts.items.edit}
          total={batch.total}
          running={batch.running}
          done={batch.done.map((one) => one.item)}
          failed={batch.failed.map(({ of, why }) => ({ of: of.item, why }))}
          doing={texts.items.changing}
        />
        <DialogActions>
          <Button onClick={close}>{batch.running ? texts.items.stop : texts.cancel}</Button>
          {items.length > 1 && batch.failed.length > 0 && !batch.running && (
            <Button onClick={batch.retry}>{texts.items.retryFailed(batch.failed.length)}</Button>
          )}
          <Button kind="primary" type="submit" busy={batch.running}>
            {texts.items.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
