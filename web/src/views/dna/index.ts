import { texts } from "../../texts";
import { ItemView } from "./ItemView";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { type DnaQuery, queryFromUrl, queryToUrl } from "./query";

/** DNA: a sequence is pasted; its class with its confidence, and its neighbours, aligned. */
export const view = defineView<DnaQuery>({
  QueryForm,
  form: "above",
  Start,
  HitCard,
  ItemView,
  explains: ({ fields }) => fields.has("sequence"),
  grouping: texts.dna.group,
  layout: "list",
  ranges: [
    { field: "length", label: texts.dna.length, least: 0, most: 5000, step: 50 },
    { field: "gc", label: texts.dna.gc, least: 0, most: 1, step: 0.01 },
  ],
  queryFromUrl,
  queryToUrl,
});
