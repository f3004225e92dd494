import type { ComponentType, ReactNode } from "react";

import type { LiveSearch } from "../api/live";
import type { Problem } from "../api/problem";
import type { Application, Collection, Hit, Item, Json, SearchPage } from "../api/types";

export interface QueryFormProps<Q> {
  application: Application;
  collection: Collection;
  /** What is asked now, without what refines it (filter, least score, grouping); null before the first search. */
  query: Q | null;
  /** What the server says is wrong with that query. */
  problem: Problem | null;
  busy: boolean;
  /** Ask: the address changes, the results follow. */
  onSearch: (query: Q) => void;
  /** Show what this finds at once, as for every key pressed; the address follows when the typing pauses. */
  onType: (query: Q | null) => void;
  /** The socket of this collection, for what is not typed, such as a camera's pictures. */
  live: LiveSearch;
  /** Show these hits, which no address stands for, in place of the query's; null ends that. */
  onFilm: (page: SearchPage | null) => void;
}

export interface StartProps<Q> {
  application: Application;
  collection: Collection;
  onSearch: (query: Q) => void;
  /** Open an item in detail. */
  onOpen: (id: string) => void;
}

export interface HitCardProps<Q> {
  application: Application;
  collection: Collection;
  hit: Hit;
  /** What found it; null if no query of the address did. */
  query: Q | null;
  onSearch: (query: Q) => void;
  /** Open an item in detail, at a part of it: a segment's number. */
  onOpen: (id: string, at?: number) => void;
}

export interface ItemViewProps<Q> {
  application: Application;
  collection: Collection;
  item: Item;
  /** The number of the segment to begin at; null if none was chosen. */
  at: number | null;
  /** What the query of the page found of this item, as far as it is known. */
  hits: readonly Hit[];
  onSearch: (query: Q) => void;
  /** Open another item in its place, or another part of this one. */
  onOpen: (id: string, at?: number) => void;
  /** What else can be done with it, such as editing: shown beside the view's own actions. */
  actions?: ReactNode;
}

export interface TileProps {
  collection: Collection;
  item: Item;
}

/** A field that is narrowed by sliders: what it is called, and where they end. Beyond the ends nothing is left out. */
export interface Range {
  field: string;
  label: string;
  least: number;
  most: number;
  step: number;
}

/**
 * What the page shows of one application. The shell and the pages know only this.
 *
 * Q is the application's query: what `POST …/search` takes, without what every search has (filter, least score,
 * grouping, paging): the page asks for that itself. A view is one folder whose index.ts exports
 * `view = defineView<Q>({…})`, and one line in registry.ts.
 */
interface ApplicationView<Q extends object> {
  /** The form that asks. It is mounted anew for another collection, not for another query. */
  QueryForm: ComponentType<QueryFormProps<Q>>;
  /** Where the form stands: beside the results, or above them as one bar. */
  form: "beside" | "above";
  /** Whether files that are dropped on the form are a query, which it takes itself; others join the collection. */
  asksWith?: (files: readonly { type: string }[]) => boolean;
  /** What stands in place of results before anything was asked. */
  Start?: ComponentType<StartProps<Q>>;
  /** One hit. */
  HitCard: ComponentType<HitCardProps<Q>>;
  /** The inside of the dialog that shows one item. */
  ItemView: ComponentType<ItemViewProps<Q>>;
  /** What stands for an item that has no picture among all others: not to be clicked, in about 240 by 116 pixels. */
  Tile?: ComponentType<TileProps>;
  /** Of which vectors the scores of a query are; of any if this is left out. */
  scoredBy?: (query: Q) => readonly string[];
  /** What an item is called; its name if this is left out. */
  nameOf?: (item: Item) => string;
  /** What grouping does to its hits, as the label of a checkbox; near-duplicates are folded if this is left out. */
  grouping?: string;
  /** Whether the server groups the hits of a query at all; of all queries if this is left out. */
  groups?: (query: Q) => boolean;
  /** Fields of numbers that a slider narrows, in the order in which they stand; those a collection lacks are left out. */
  ranges?: readonly Range[];
  /** Whether the form itself says what to do about a problem with a query, so that nobody else need. */
  explains?: (problem: Problem, query: Q) => boolean;
  /** Hits beside each other in equal cells, in rows of equal height (pictures), or below each other (texts). */
  layout: "grid" | "rows" | "list";
  /** In rows: the width of a hit divided by its height, known before it is loaded. */
  aspect?: (item: Item) => number;
  /** The query in an address; null if there is none. Any address must be survived: people edit them. */
  queryFromUrl: (params: URLSearchParams, application: Application) => Q | null;
  /**
   * The same query as an address; `item`, `at`, `filter`, `min_score` and `group` are the page's own names there, and
   * so are all with a hyphen.
   */
  queryToUrl: (query: Q) => URLSearchParams;
}

/** A view whose query nobody else needs to understand: its own functions made it, and only they read it. */
export type AnyView = ApplicationView<Record<string, Json>>;

/** Forget which query a view has, so that views of all applications fit into one registry. */
export function defineView<Q extends object>(view: ApplicationView<Q>): AnyView {
  return view as unknown as AnyView;
}
