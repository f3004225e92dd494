import type { Application, CollectionSettings, FieldType, Metric } from "../../api/types";
import { texts } from "../../texts";

export interface DraftField {
  id: number;
  name: string;
  type: FieldType;
}

/** A new collection as it is typed. */
export interface Draft {
  name: string;
  description: string;
  dimension: string;
  metric: Metric;
  models: Record<string, string>;
  /** What was chosen otherwise than it is by itself. */
  options: Record<string, boolean>;
  fields: DraftField[];
}

export const emptyDraft: Draft = {
  name: "",
  description: "",
  dimension: "",
  metric: "COSINE",
  models: {},
  options: {},
  fields: [],
};

const NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const FIELD = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const MAX_DIMENSION = 32768;

/** A draft as settings of the API, and what is wrong with its fields. */
export function checked(
  draft: Draft,
  application: Application,
  taken: string[],
): { settings: CollectionSettings; errors: Map<string, string> } {
  const errors = new Map<string, string>();
  if (!NAME.test(draft.name)) errors.set("name", texts.create.nameWrong);
  else if (taken.includes(draft.name)) errors.set("name", texts.create.nameTaken);
  const { fields, error } = checkedFields(draft.fields);
  if (error !== undefined) errors.set("fields", error);
  const settings: CollectionSettings = {
    description: draft.description,
    models: draft.models,
    fields,
    ...(Object.keys(draft.options).length > 0 && { options: draft.options }),
  };
  if (!application.needs_dimension) return { settings, errors };
  const dimension = Number(draft.dimension);
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > MAX_DIMENSION) {
    errors.set("dimension", texts.create.dimensionWrong);
  }
  return { settings: { ...settings, dimension, metric: draft.metric }, errors };
}

/** Typed fields as the API wants them, and what is wrong with them. */
export function checkedFields(typed: readonly DraftField[]): { fields: Record<string, FieldType>; error?: string } {
  const fields = Object.fromEntries(typed.map((one) => [one.name, one.type]));
  if (typed.some((one) => one.name === "")) return { fields, error: texts.create.fieldNameless };
  return typed.some((one) => !FIELD.test(one.name)) ? { fields, error: texts.create.fieldWrong } : { fields };
}
