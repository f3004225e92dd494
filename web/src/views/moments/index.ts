import { texts } from "../../texts";
import { defineView } from "../view";
import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { QueryForm } from "./QueryForm";
import { Start } from "./Start";
import { type MomentQuery, queryFromUrl, queryToUrl } from "./query";

const ASKED = /^(audio|video|image)\//;

/** Audio search and video search: places in sounds and moments of videos, which are played where they stand. */
export const view = defineView<MomentQuery>({
  QueryForm,
  form: "above",
  asksWith: ([first, ...more]) => first !== undefined && !more.length && ASKED.test(first.type),
  Start,
  HitCard,
  ItemView,
  grouping: texts.moments.group,
  layout: "grid",
  queryFromUrl,
  queryToUrl,
});
