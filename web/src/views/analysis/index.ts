import { texts } from "../../texts";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { type AnalysisQuery, queryFromUrl, queryToUrl } from "./query";

/** Video analysis: who and what is in videos and pictures, drawn over them and on a time line. */
export const view = defineView<AnalysisQuery>({
  QueryForm,
  form: "above",
  Start,
  HitCard,
  ItemView,
  grouping: texts.moments.group,
  // By names the surest come first, whatever the vectors are.
  scoredBy: ({ names, find }) => (names ? [] : [find ?? "thing"]),
  layout: "grid",
  queryFromUrl,
  queryToUrl,
});
