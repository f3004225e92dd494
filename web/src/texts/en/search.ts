import type { FieldType } from "../../api/types";
import { count, number } from "../format";
import { types } from "./words";

export const search = {
  form: "Query",
  submit: "Search",
  results: "Results",
  ready: "Ask for something",
  readyHelp: "Fill in the query and search: the most similar items come first.",
  none: "Nothing matches",
  noneHelp: "Loosen the filter or the lowest score, or ask with something else.",
  failed: "The search did not work",
  hits: (value: number, more: boolean) => (more ? `First ${count(value, "hit", "hits")}` : count(value, "hit", "hits")),
  took: (encode: number, vectors: number) => `encoding ${number(encode)} ms, search ${number(vectors)} ms`,
  end: "These are all matches.",
  beyond: (depth: number) =>
    `The search ranks the best ${number(depth)} only; there may be more matches. Narrow the query to see them.`,
  rank: (rank: number) => `Rank ${number(rank)}`,
  score: "Score",
  similar: (value: number) => `and ${count(value, "near-duplicate", "near-duplicates")}`,
  open: (name: string) => `Open ${name}`,
  filter: "Filter",
  filterExample: (example: string) => `For example ${example}`,
  fields: "Fields to filter by",
  field: (name: string, type: FieldType) => `${name} (${types[type].toLowerCase()})`,
  refine: "Refine",
  threshold: "Threshold",
  leastScore: "Lowest score",
  greatestDistance: "Greatest distance",
  exactScore: "Exact threshold",
  anyScore: "any",
  fold: "Fold near-duplicates",
  copyAs: "Copy this search",
  copyCurl: "Copy as curl",
  copyPython: "Copy as Python",
  copiedCurl: "The search is copied as a curl command.",
  copiedPython: "The search is copied as Python.",
  previous: "Previous hit",
  next: "Next hit",
  among: (at: number, all: number, more: boolean) => `Hit ${number(at)} of ${more ? "the first " : ""}${number(all)}`,
};

export const ranges = {
  title: "Narrow by properties",
  from: (label: string) => `${label}, at least`,
  to: (label: string) => `${label}, at most`,
  /** Between what is not null. */
  chosen: (low: string | null, high: string | null) => {
    if (low === null) return high === null ? "any" : `up to ${high}`;
    return high === null ? `${low} and more` : `${low} – ${high}`;
  },
  reset: "Show all",
};

export const form = {
  required: "This is needed.",
  number: "Give a number.",
  integer: "Give a whole number.",
  numbers: "Give numbers, separated by commas or spaces.",
  json: "This is not valid JSON.",
  numbersHint: "Numbers, separated by commas or spaces; brackets are fine.",
  jsonHint: "JSON",
  any: "Any",
  yes: "Yes",
  no: "No",
  count: (value: number) => count(value, "number", "numbers"),
};
