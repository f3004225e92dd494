import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useId, useState } from "react";

import { nameFace } from "../../api/analysis";
import { reason } from "../../api/problem";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Button, Dialog, DialogActions, Field, Input, useToast } from "../../ui";
import styles from "./NameFace.module.css";
import { useWho } from "./useWho";

/** A face that is to be named. */
export interface FaceToName {
  item_id: string;
  segment: number;
  name: string;
  known: boolean;
  preview: string | null;
}

/** Asks whose face it is. */
export function NameFace({ application, collection, face, onClose }: {
  application: string;
  collection: string;
  face: FaceToName;
  onClose: () => void;
}) {
  const [name, setName] = useState(face.known ? face.name : "");
  const toast = useToast();
  const queries = useQueryClient();
  const { data } = useWho(application, collection);
  const list = useId();
  const naming = useMutation({
    mutationFn: (given: string | null) => nameFace(application, collection, face, given),
    onSuccess: async ({ appearances }, given) => {
      await queries.invalidateQueries({ queryKey: keys.collection(application, collection) });
      toast("done", given === null ? texts.analysis.unnamed(appearances) : texts.analysis.named(given, appearances));
      onClose();
    },
    onError: (error) => toast("failed", reason(error)),
  });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (name.trim()) naming.mutate(name.trim());
  }

  return (
    <Dialog title={texts.analysis.whose} onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <p>{face.known ? texts.analysis.renameHelp : texts.analysis.nameHelp}</p>
        {face.preview && <img src={face.preview} alt={face.name} />}
        <Field label={texts.analysis.name}>
          <Input value={name} maxLength={200} list={list} autoComplete="off" onChange={(event) => setName(event.target.value)} />
        </Field>
        <datalist id={list}>
          {data?.known.filter((one) => one.kind === "person").map((one) => <option key={one.name} value={one.name} />)}
        </datalist>
        <DialogActions>
          {face.known && (
            <Button kind="quiet" disabled={naming.isPending} onClick={() => naming.mutate(null)}>
              {texts.analysis.takeBack}
            </Button>
          )}
          <Button type="submit" kind="primary" disabled={naming.isPending || !name.trim()}>
            {texts.analysis.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
