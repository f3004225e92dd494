import type { Query } from "../../api/types";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { queryFromUrl, queryToUrl } from "./url";

/** The view of every application that has none of its own, made from the schema of its query. */
export const view = defineView<Query>({
  QueryForm,
  form: "beside",
  HitCard,
  ItemView,
  layout: "grid",
  explains: ({ fields }, query) => [...fields.keys()].some((field) => field in query),
  queryFromUrl,
  queryToUrl,
});
