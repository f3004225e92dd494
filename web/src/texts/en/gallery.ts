import type { Metric } from "../../api/types";
import { count, number } from "../format";
import { types } from "./words";

const metrics: Record<Metric, string> = {
  COSINE: "Cosine",
  IP: "Inner product",
  L2: "Euclidean distance",
  JACCARD: "Jaccard (Tanimoto)",
};

export const gallery = {
  title: "What are you looking for?",
  lead: "Every card is one kind of similarity search. Try its sample, or make a collection of your own.",
  empty: "This server offers no application",
  emptyHelp: "Install findalike with its built-in applications, or a plug-in.",
  collections: "Collections",
  none: "No collections yet. Make one, and add items to it.",
  items: (value: number) => count(value, "item", "items"),
  more: (value: number) => `All ${count(value, "collection", "collections")}`,
  rebuilding: "rebuilding",
};

export const sample = {
  start: "Try the sample",
  open: "Open sample",
  loading: "Loading the sample",
  waiting: "Loading…",
  failed: (why: string) => `The sample could not be loaded: ${why}`,
  partly: (value: number) => `${count(value, "item", "items")} of the sample could not be read.`,
};

export const application = {
  takes: "Takes",
  kinds: {
    "image/*": "pictures",
    "video/*": "videos",
    "audio/*": "sounds",
    "image/gif": "animated GIF",
    "text/plain": "plain text",
    "text/markdown": "Markdown",
    "text/html": "HTML",
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word (DOCX)",
    "application/epub+zip": "EPUB",
    "chemical/seq-na-fasta": "FASTA",
    "chemical/x-mdl-sdfile": "SDF",
    "chemical/x-mdl-molfile": "MOL",
    "chemical/x-daylight-smiles": "SMILES files",
  } as Record<string, string>,
  records: "tables and records",
  vectors: "ready-made vectors",
  models: "Models",
  fields: "Filters by",
  askedNames: { media_id: "file", item_id: "item" } as Record<string, string>,
  generic: (asked: string) => `Similarity search by ${asked}.`,
  genericBare: "Similarity search of a kind of its own.",
  collections: "Collections",
  none: "No collections yet",
  noneHelp: "A collection holds the things that you search in. Make one and add items to it, or try the sample.",
  noneHelpBare: "A collection holds the things that you search in. Make one and add items to it.",
  made: (day: string) => `made ${day}`,
};

export const create = {
  action: "New collection",
  title: (application: string) => `New collection: ${application}`,
  name: "Name",
  nameHint: "Small letters, digits, - and _. It stands in addresses.",
  nameWrong: "Use small letters, digits, - and _, beginning with a letter or digit (at most 63).",
  nameTaken: "There is a collection of this name already.",
  description: "Description",
  models: "Models",
  modelFor: (vector: string) => `Model for ${vector}`,
  modelOption: (title: string, dimension: number) => `${title} (${number(dimension)} dimensions)`,
  dimension: "Dimension",
  dimensionHint: "How many numbers each of your vectors has.",
  dimensionWrong: "Give a whole number from 1 to 32,768.",
  metric: "Compared by",
  metricHints: {
    COSINE: "The angle counts, not the length.",
    IP: "Angle and length count.",
    L2: "The nearer, the more alike.",
    JACCARD: "For zeros and ones: the share of ones in common.",
  } satisfies Record<Metric, string>,
  metrics,
  options: "Settled for ever",
  optionsHint: "What cannot be changed once the collection is made.",
  fields: "Fields to filter by",
  fieldsHint: "Metadata of your items that searches may filter by, such as year or place.",
  ownFields: (names: string) => `Always there: ${names}.`,
  addField: "Add a field",
  fieldName: "Field name",
  fieldType: "Type",
  fieldWrong: "A field's name begins with a letter and has letters, digits and _ only.",
  fieldNameless: "Give the field a name, or remove it.",
  removeField: (name: string) => (name ? `Remove the field ${name}` : "Remove this field"),
  types,
  submit: "Create collection",
  done: (name: string) => `The collection ${name} is ready.`,
};
