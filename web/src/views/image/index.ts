import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { aspect } from "./aspect";
import { type ImageQuery, expiredParts, mixOf, queryFromUrl, queryToUrl } from "./query";

/** Reverse image search: by words, by pictures and parts of them, by items, and by mixes of all these. */
export const view = defineView<ImageQuery>({
  QueryForm,
  form: "above",
  asksWith: ([first, ...more]) => first !== undefined && !more.length && first.type.startsWith("image/"),
  explains: (problem, query) => expiredParts(problem, mixOf(query).parts).length > 0,
  Start,
  HitCard,
  ItemView,
  layout: "rows",
  aspect,
  queryFromUrl,
  queryToUrl,
});
