import { useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { collections } from "../../../api/collections";
import { reason } from "../../../api/problem";
import { keys } from "../../../api/queries";
import type { Collection, Item } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, Dialog, DialogActions, Field, IconButton, Input, Select } from "../../../ui";
import { CloseIcon, PlusIcon } from "../../../ui/icons";
import styles from "./MetadataDialog.module.css";
import { linesOf, patchOf } from "./metadata";

interface MetadataDialogProps {
  collection: Collection;
  items: readonly Item[];
  onClose: () => void;
}

/** Changes the metadata of one item, or the same of several. */
export function MetadataDialog({ collection, items, onClose }: MetadataDialogProps) {
  const cache = useQueryClient();
  const one = items.length === 1 ? (items[0] ?? null) : null;
  const [lines, setLines] = useState(() => linesOf(one, collection.fields));
  const [wrong, setWrong] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState("");
  const [busy, setBusy] = useState(false);

  function change(id: number, part: { name?: string; value?: string }): void {
    setLines((all) => all.map((line) => (line.id === id ? { ...line, ...part } : line)));
  }

  async function save(event: SyntheticEvent): Promise<void> {
    event.preventDefault();
    const found = patchOf(lines, one?.metadata ?? {}, collection.fields);
    setWrong(found.wrong);
    if (found.wrong.length) return;
    setBusy(true);
    try {
      if (Object.keys(found.patch).length) {
        for (const item of items) {
          await collections.changeItem(collection.application, collection.name, item.id, found.patch);
        }
        await cache.invalidateQueries({ queryKey: keys.collection(collection.application, collection.name) });
      }
      onClose();
    } catch (error) {
      setProblem(reason(error));
      setBusy(false);
    }
  }

  return (
    <Dialog title={texts.items.editTitle(items.length)} onClose={onClose}>
      <form className={styles["form"]} onSubmit={(event) => void save(event)}>
        {items.length > 1 && <p className={styles["help"]}>{texts.items.editMany}</p>}
        {lines.map((line) => {
          const type = collection.fields[line.name];
          const declared = type !== undefined || line.kept;
          const error = wrong.includes(line.name) && type ? texts.items.misfit(texts.create.types[type]) : undefined;
          return declared ? (
            <Field key={line.id} label={line.name} error={error} hint={type && texts.create.types[type]}>
              {type === "boolean" ? (
                <Select value={line.value} onChange={(event) => change(line.id, { value: event.target.value })}>
                  <option value="">{texts.items.unset}</option>
                  <option value="true">{texts.form.yes}</option>
                  <option value="false">{texts.form.no}</option>
                </Select>
              ) : (
                <Input value={line.value} onChange={(event) => change(line.id, { value: event.target.value })} />
              )}
            </Field>
          ) : (
            <div key={line.id} className={styles["free"]}>
              <Input
                aria-label={texts.items.newName}
                placeholder={texts.items.newName}
                value={line.name}
                onChange={(event) => change(line.id, { name: event.target.value })}
              />
              <Input
                aria-label={texts.items.newValue}
                placeholder={texts.items.newValue}
                value={line.value}
                onChange={(event) => change(line.id, { value: event.target.value })}
              />
              <IconButton
                label={texts.items.removeLine}
                onClick={() => setLines((all) => all.filter((other) => other.id !== line.id))}
              >
                <CloseIcon />
              </IconButton>
            </div>
          );
        })}
        <div>
          <Button
            kind="quiet"
            onClick={() =>
              setLines((all) => [
                ...all,
                { id: Math.max(-1, ...all.map((line) => line.id)) + 1, name: "", value: "", kept: false },
              ])
            }
          >
            <PlusIcon />
            {texts.items.addLine}
          </Button>
        </div>
        {problem && (
          <p role="alert" className={styles["problem"]}>
            {problem}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {texts.items.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
