import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { collections } from "../../api/collections";
import { reason } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Item, Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, Field, Input, Select, useToast } from "../../ui";
import styles from "./GalleryForm.module.css";

/** Puts a picture into the gallery, as one of a person or a thing, or takes it out. */
export function GalleryForm({ application, collection, item }: { application: string; collection: string; item: Item }) {
  const before = typeof item.metadata["known"] === "string" ? item.metadata["known"] : "";
  const [name, setName] = useState(before);
  const [kind, setKind] = useState(item.metadata["kind"] === "thing" ? "thing" : "person");
  const toast = useToast();
  const queries = useQueryClient();
  const saving = useMutation({
    mutationFn: (metadata: Query) => collections.changeItem(application, collection, item.id, metadata),
    onSuccess: async (_, metadata) => {
      await queries.invalidateQueries({ queryKey: keys.collection(application, collection) });
      toast("done", metadata["known"] === null ? texts.analysis.left : texts.analysis.joined(name.trim()));
    },
    onError: (error) => toast("failed", reason(error)),
  });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (name.trim()) saving.mutate({ known: name.trim(), kind });
  }

  return (
    <section>
      <h3>{texts.analysis.gallery}</h3>
      <p className={styles["help"]}>{texts.analysis.galleryHelp}</p>
      <form className={styles["form"]} aria-label={texts.analysis.gallery} onSubmit={submit}>
        <Field label={texts.analysis.name}>
          <Input value={name} maxLength={200} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </Field>
        <Field label={texts.analysis.kind}>
          <Select value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="person">{texts.analysis.kinds.person}</option>
            <option value="thing">{texts.analysis.kinds.thing}</option>
          </Select>
        </Field>
        <Button type="submit" kind="primary" disabled={saving.isPending || !name.trim()}>
          {texts.analysis.save}
        </Button>
        {before && (
          <Button kind="quiet" disabled={saving.isPending} onClick={() => saving.mutate({ known: null, kind: null })}>
            {texts.analysis.leave}
          </Button>
        )}
      </form>
    </section>
  );
}
