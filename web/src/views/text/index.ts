import { texts } from "../../texts";
import { titleOf } from "../reading/titles";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { Tile } from "./Tile";
import { type TextQuery, queryFromUrl, queryToUrl } from "./query";

/** Text search: passages by their meaning and their words, and the documents that they stand in, to read. */
export const view = defineView<TextQuery>({
  QueryForm,
  form: "above",
  Start,
  HitCard,
  ItemView,
  Tile,
  nameOf: titleOf,
  grouping: texts.text.group,
  layout: "list",
  queryFromUrl,
  queryToUrl,
});
