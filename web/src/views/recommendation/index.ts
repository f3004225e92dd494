import { HitCard } from "./HitCard";
import { ItemView } from "./ItemView";
import { defineView } from "../view";
import { QueryForm } from "./QueryForm";
import { type TitleQuery, queryFromUrl, queryToUrl } from "./query";

/** Recommendation: titles by what they are about, and what is liked with them. Its shelves are a part of their own. */
export const view = defineView<TitleQuery>({ QueryForm, form: "above", HitCard, ItemView, layout: "grid", queryFromUrl, queryToUrl });
