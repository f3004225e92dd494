import { type SyntheticEvent, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "wouter";

import { Problem, reason } from "../../api/problem";
import { useCollections, useCreateCollection, useModels } from "../../api/queries";
import type { Application, CollectionSettings, FieldType, Metric, Model } from "../../api/types";
import { texts } from "../../texts";
import { Button, Dialog, DialogActions, Field, IconButton, Input, Select, TextArea, useToast } from "../../ui";
import { CloseIcon, PlusIcon } from "../../ui/icons";
import styles from "./NewCollection.module.css";
import { type Draft, type DraftField, checked, emptyDraft } from "./draft";
import { optionsOf } from "./options";

const METRICS: readonly Metric[] = ["COSINE", "IP", "L2", "JACCARD"];
const TYPES: readonly FieldType[] = ["text", "integer", "number", "boolean"];

export function NewCollection({ application, onClose }: { application: Application; onClose: () => void }) {
  const [, navigate] = useLocation();
  const toast = useToast();
  const { data: existing } = useCollections(application.name);
  const create = useCreateCollection(application.name);
  const [draft, setDraft] = useState<Draft>(emptyDraft);
  const [tried, setTried] = useState(false);
  const { settings, errors } = checked(draft, application, existing?.map((one) => one.name) ?? []);
  const server = create.error instanceof Problem ? create.error.fields : new Map<string, string>();
  const wrong = (field: string): string | undefined => (tried ? errors.get(field) : undefined) ?? server.get(field);
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    setTried(true);
    if (errors.size) return;
    create.mutate(
      { name: draft.name, settings },
      {
        onSuccess: () => {
          toast("done", texts.create.done(draft.name));
          navigate(`/apps/${application.name}/${draft.name}`);
        },
      },
    );
  }

  return (
    <Dialog title={texts.create.title(application.title)} onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit} noValidate>
        <Field label={texts.create.name} hint={texts.create.nameHint} error={wrong("name") ?? wrong("collection")}>
          <Input
            value={draft.name}
            required
            maxLength={63}
            spellCheck={false}
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
        <Field label={texts.create.description} optional error={wrong("description")}>
          <TextArea
            value={draft.description}
            rows={2}
            maxLength={2000}
            onChange={(event) => change({ description: event.target.value })}
          />
        </Field>
        {application.needs_dimension && (
          <div className={styles["pair"]}>
            <Field label={texts.create.dimension} hint={texts.create.dimensionHint} error={wrong("dimension")}>
              <Input
                inputMode="numeric"
                value={draft.dimension}
                required
                onChange={(event) => change({ dimension: event.target.value })}
              />
            </Field>
            <Field label={texts.create.metric} hint={texts.create.metricHints[draft.metric]} error={wrong("metric")}>
              <Select
                value={draft.metric}
                onChange={(event) => change({ metric: METRICS.find((one) => one === event.target.value) ?? "COSINE" })}
              >
                {METRICS.map((one) => (
                  <option key={one} value={one}>
                    {texts.create.metrics[one]}
                  </option>
                ))}
              </Select>
            </Field>
          </div>
        )}
        <Models application={application} models={draft.models} onChange={(models) => change({ models })} />
        <Options application={application} options={draft.options} onChange={(options) => change({ options })} />
        <Fields
          application={application}
          fields={draft.fields}
          error={wrong("fields")}
          onChange={(fields) => change({ fields })}
        />
        {create.error && server.size === 0 && (
          <p role="alert" className={styles["error"]}>
            {reason(create.error)}
          </p>
        )}
        <DialogActions>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" kind="primary" busy={create.isPending}>
            {texts.create.submit}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface OptionsProps {
  application: Application;
  options: Record<string, boolean>;
  onChange: (options: Record<string, boolean>) => void;
}

/** What the collection settles for ever, yes or no. */
function Options({ application, options, onChange }: OptionsProps) {
  const known = optionsOf(application);
  if (known.length === 0) return null;
  return (
    <fieldset className={styles["group"]}>
      <legend>{texts.create.options}</legend>
      <p className={styles["hint"]}>{texts.create.optionsHint}</p>
      {known.map(({ name, label, hint, standard }) => (
        <label key={name} className={styles["option"]}>
          <input
            type="checkbox"
            checked={options[name] ?? standard}
            onChange={(event) => onChange({ ...options, [name]: event.target.checked })}
          />
          <span>
            {label}
            {hint !== undefined && <span className={styles["hint"]}>{hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface ModelsProps {
  application: Application;
  models: CollectionSettings["models"];
  onChange: (models: Record<string, string>) => void;
}

/** One choice per vector that a model makes, among the models that take what its default takes. */
export function Models({ application, models = {}, onChange }: ModelsProps) {
  const { data } = useModels();
  const vectors = Object.entries(application.vectors).filter(
    (pair): pair is [string, string] => pair[1] !== null && data !== undefined && choices(data, pair[1]).length > 1,
  );
  if (!data || vectors.length === 0) return null;
  return (
    <fieldset className={styles["group"]}>
      <legend>{texts.create.models}</legend>
      {vectors.map(([vector, model]) => (
        <Field key={vector} label={texts.create.modelFor(vector)}>
          <Select
            value={models[vector] ?? model}
            onChange={(event) => onChange({ ...models, [vector]: event.target.value })}
          >
            {choices(data, model).map(({ card }) => (
              <option key={card.name} value={card.name}>
                {texts.create.modelOption(card.title, card.dimension)}
              </option>
            ))}
          </Select>
        </Field>
      ))}
    </fieldset>
  );
}

interface Choice {
  card: Pick<Model["card"], "name" | "title" | "dimension" | "accepts">;
}

function choices(models: Choice[], standard: string): Choice[] {
  const wanted = models.find((one) => one.card.name === standard)?.card.accepts ?? [];
  // What only says where something is makes no vectors.
  return models.filter(({ card }) => card.dimension > 0 && wanted.every((modality) => card.accepts.includes(modality)));
}

interface FieldsProps {
  application: Application;
  fields: DraftField[];
  error: string | undefined;
  onChange: (fields: DraftField[]) => void;
}

export function Fields({ application, fields, error, onChange }: FieldsProps) {
  const own = Object.keys(application.fields);
  const set = (id: number, part: Partial<DraftField>): void =>
    onChange(fields.map((one) => (one.id === id ? { ...one, ...part } : one)));
  const group = useRef<HTMLFieldSetElement>(null);
  const adding = useRef(false);
  useLayoutEffect(() => {
    // Whoever asked for another field wants to name it.
    if (adding.current) [...(group.current?.querySelectorAll("input") ?? [])].at(-1)?.focus();
    adding.current = false;
  }, [fields.length]);
  return (
    <fieldset ref={group} className={styles["group"]}>
      <legend>{texts.create.fields}</legend>
      <p className={styles["hint"]}>
        {texts.create.fieldsHint} {own.length > 0 && texts.create.ownFields(own.join(", "))}
      </p>
      {fields.map((field) => (
        <div key={field.id} className={styles["row"]}>
          <Field label={texts.create.fieldName}>
            <Input
              value={field.name}
              spellCheck={false}
              maxLength={63}
              onChange={(event) => set(field.id, { name: event.target.value })}
            />
          </Field>
          <Field label={texts.create.fieldType}>
            <Select
              value={field.type}
              onChange={(event) => set(field.id, { type: TYPES.find((one) => one === event.target.value) ?? "text" })}
            >
              {TYPES.map((one) => (
                <option key={one} value={one}>
                  {texts.create.types[one]}
                </option>
              ))}
            </Select>
          </Field>
          <IconButton
            label={texts.create.removeField(field.name)}
            onClick={() => onChange(fields.filter((one) => one.id !== field.id))}
          >
            <CloseIcon />
          </IconButton>
        </div>
      ))}
      {error && <p className={styles["error"]}>{error}</p>}
      <Button
        kind="quiet"
        flush
        className={styles["add"]}
        onClick={() => {
          adding.current = true;
          onChange([...fields, { id: Math.max(0, ...fields.map((one) => one.id)) + 1, name: "", type: "text" }]);
        }}
      >
        <PlusIcon />
        {texts.create.addField}
      </Button>
    </fieldset>
  );
}
