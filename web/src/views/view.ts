import type { ComponentType } from "react";

import type { Application, Collection, Hit, Item, Json } from "../api/types";

export interface QueryFormProps<Q> {
  application: Application;
  collection: Collection;
  /** The query of the address, which is what is shown now; null before the first search. */
  query: Q | null;
  /** What the server says is wrong with single fields of that query. */
  errors: ReadonlyMap<string, string>;
  busy: boolean;
  /** Ask: the address changes, the results follow. */
  onSearch: (query: Q) => void;
}

export interface HitCardProps {
  application: Application;
  hit: Hit;
  /** Open the item in detail. */
  onOpen: () => void;
}

export interface ItemViewProps<Q> {
  application: Application;
  collection: Collection;
  item: Item;
  onSearch: (query: Q) => void;
}

/**
 * What the page shows of one application. The shell and the pages know only this.
 *
 * Q is the application's query: what `POST …/search` takes. A view is one folder whose index.ts exports
 * `view = defineView<Q>({…})`, and one line in registry.ts.
 */
export interface ApplicationView<Q extends object> {
  /** The form that asks. It is mounted anew for another collection, not for another query. */
  QueryForm: ComponentType<QueryFormProps<Q>>;
  /** One hit. */
  HitCard: ComponentType<HitCardProps>;
  /** The inside of the dialog that shows one item. */
  ItemView: ComponentType<ItemViewProps<Q>>;
  /** Hits beside each other (pictures), or below each other (texts). */
  layout: "grid" | "list";
  /** The query in an address; null if there is none. Any address must be survived: people edit them. */
  queryFromUrl: (params: URLSearchParams, application: Application) => Q | null;
  /** The same query as an address; `item` is the page's own name there. */
  queryToUrl: (query: Q) => URLSearchParams;
}

/** A view whose query nobody else needs to understand: its own functions made it, and only they read it. */
export type AnyView = ApplicationView<Record<string, Json>>;

/** Forget which query a view has, so that views of all applications fit into one registry. */
export function defineView<Q extends object>(view: ApplicationView<Q>): AnyView {
  return view as unknown as AnyView;
}
