import { texts } from "../../texts";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { type MomentQuery, canAsk, queryFromUrl, queryToUrl } from "./query";

/** Audio search and video search: places in sounds and moments of videos, which are played where they stand. */
export const view = defineView<MomentQuery>({
  QueryForm,
  form: "above",
  asksWith: ([first, ...more]) => first !== undefined && !more.length && canAsk(first),
  Start,
  HitCard,
  ItemView,
  grouping: texts.moments.group,
  layout: "grid",
  queryFromUrl,
  queryToUrl,
});
