import { useMutation } from "@tanstack/react-query";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { useLocation } from "wouter";

import { collections } from "../../api/collections";
import { reason } from "../../api/problem";
import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";
import { Button, Dialog, DialogActions, Field, Input, TextArea, useToast } from "../../ui";
import { Fields, Models } from "../gallery/NewCollection";
import { type DraftField, checkedFields } from "../gallery/draft";
import styles from "./ManageDialogs.module.css";

interface ManageDialogProps {
  application: Application;
  collection: Collection;
  onClose: () => void;
}

export function DescribeDialog({ application, collection, onClose }: ManageDialogProps) {
  const [description, setDescription] = useState(collection.description);
  const save = useMutation({
    mutationFn: () => collections.change(application.name, collection.name, { description }),
    onSuccess: onClose,
  });
  return (
    <Form title={texts.manage.describe} submit={texts.items.save} doing={save} onClose={onClose}>
      <Field label={texts.create.description}>
        <TextArea value={description} maxLength={2000} onChange={(event) => setDescription(event.target.value)} />
      </Field>
    </Form>
  );
}

export function FieldsDialog({ application, collection, onClose }: ManageDialogProps) {
  const [fields, setFields] = useState<DraftField[]>(() =>
    Object.entries(collection.fields)
      .filter(([name]) => !(name in application.fields))
      .map(([name, type], id) => ({ id, name, type })),
  );
  const checked = checkedFields(fields);
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => collections.change(application.name, collection.name, { fields: checked.fields }),
    onSuccess: () => {
      toast("done", texts.manage.started);
      onClose();
    },
  });
  return (
    <Form
      title={texts.manage.fieldsTitle}
      submit={texts.manage.start}
      doing={save}
      disabled={checked.error !== undefined}
      onClose={onClose}
    >
      <p className={styles["help"]}>{texts.manage.fieldsHelp}</p>
      <Fields application={application} fields={fields} error={checked.error} onChange={setFields} />
    </Form>
  );
}

export function RebuildDialog({ application, collection, onClose }: ManageDialogProps) {
  const [models, setModels] = useState<Record<string, string>>(() =>
    Object.fromEntries(
      Object.entries(collection.vectors).flatMap(([name, { model }]) => (model === null ? [] : [[name, model]])),
    ),
  );
  const toast = useToast();
  const rebuild = useMutation({
    mutationFn: () => collections.rebuild(application.name, collection.name, models),
    onSuccess: () => {
      toast("done", texts.manage.started);
      onClose();
    },
  });
  return (
    <Form title={texts.manage.rebuildTitle} submit={texts.manage.start} doing={rebuild} onClose={onClose}>
      <p className={styles["help"]}>{texts.manage.rebuildHelp}</p>
      <Models application={application} models={models} onChange={setModels} />
    </Form>
  );
}

export function RemoveDialog({ application, collection, onClose }: ManageDialogProps) {
  const [typed, setTyped] = useState("");
  const [, navigate] = useLocation();
  const toast = useToast();
  const remove = useMutation({
    mutationFn: () => collections.remove(application.name, collection.name),
    onSuccess: () => {
      toast("done", texts.manage.removed(collection.name));
      navigate("/");
      onClose();
    },
  });
  return (
    <Form
      title={texts.manage.removeTitle(collection.name)}
      submit={texts.manage.remove}
      doing={remove}
      danger
      disabled={typed !== collection.name}
      onClose={onClose}
    >
      <p className={styles["help"]}>{texts.manage.removeHelp(collection.items)}</p>
      <Field label={texts.manage.removeName(collection.name)}>
        <Input value={typed} spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
      </Field>
    </Form>
  );
}

interface FormProps {
  title: string;
  submit: string;
  doing: { mutate: () => void; isPending: boolean; error: Error | null };
  danger?: boolean;
  disabled?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with a form that does one thing. */
function Form({ title, submit, doing, danger = false, disabled = false, onClose, children }: FormProps) {
  function send(event: SyntheticEvent): void {
    event.preventDefault();
    doing.mutate();
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form className={styles["form"]} onSubmit={send}>
        {children}
        {doing.error && (
          <p role="alert" className={styles["problem"]}>
            {reason(doing.error)}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" kind={danger ? "danger" : "primary"} busy={doing.isPending} disabled={disabled}>
            {submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
