import { texts } from "../../texts";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { type MoleculeQuery, isGrouped, queryFromUrl, queryToUrl } from "./query";

/** Molecule search: structures drawn or typed, and grids of structures with what they have in common. */
export const view = defineView<MoleculeQuery>({
  QueryForm,
  form: "above",
  Start,
  HitCard,
  ItemView,
  grouping: texts.molecule.group,
  groups: isGrouped,
  explains: ({ fields }) => fields.has("smiles") || fields.has("smarts"),
  layout: "grid",
  ranges: [
    { field: "molecular_weight", label: texts.molecule.properties["molecular_weight"] ?? "", least: 0, most: 1000, step: 10 },
    { field: "logp", label: texts.molecule.properties["logp"] ?? "", least: -5, most: 10, step: 0.5 },
    { field: "tpsa", label: texts.molecule.properties["tpsa"] ?? "", least: 0, most: 250, step: 5 },
    { field: "rings", label: texts.molecule.properties["rings"] ?? "", least: 0, most: 10, step: 1 },
  ],
  queryFromUrl,
  queryToUrl,
});
