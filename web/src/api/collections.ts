import { call } from "./client";
import type { Collection, CollectionChanges, CollectionSettings, Item, ItemPage, Job, Query, SearchPage, SegmentPage } from "./types";

/** Which items of a collection, and in which order. */
interface ItemsWanted {
  filter?: string;
  order?: string;
  cursor?: string;
  limit?: number;
}

function address(application: string, ...rest: string[]): string {
  const parts = rest.map((part) => `/${encodeURIComponent(part)}`).join("");
  return `/api/v1/apps/${encodeURIComponent(application)}/collections${parts}`;
}

/** The operations that every application has, whichever it is. */
export const collections = {
  address,
  list: (application: string, signal?: AbortSignal) =>
    call<Collection[]>("GET", address(application), undefined, signal),
  get: (application: string, name: string, signal?: AbortSignal) =>
    call<Collection>("GET", address(application, name), undefined, signal),
  create: (application: string, name: string, settings: CollectionSettings) =>
    call<Collection>("PUT", address(application, name), settings),
  remove: (application: string, name: string) => call<undefined>("DELETE", address(application, name)),
  items: (application: string, name: string, wanted: ItemsWanted, signal?: AbortSignal) => {
    const given = Object.entries(wanted).filter((pair) => pair[1] !== undefined);
    const query = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
    return call<ItemPage>("GET", `${address(application, name, "items")}?${query}`, undefined, signal);
  },
  item: (application: string, name: string, id: string, signal?: AbortSignal) =>
    call<Item>("GET", address(application, name, "items", id), undefined, signal),
  /** Some parts of an item in order; `start` is the number of the first. */
  segments: (application: string, name: string, id: string, start: number, limit: number, signal?: AbortSignal) =>
    call<SegmentPage>(
      "GET",
      `${address(application, name, "items", id, "segments")}?start=${start}&limit=${limit}`,
      undefined,
      signal,
    ),
  changeItem: (application: string, name: string, id: string, metadata: Query) =>
    call<Item>("PATCH", address(application, name, "items", id), { metadata }),
  removeItem: (application: string, name: string, id: string) =>
    call<undefined>("DELETE", address(application, name, "items", id)),
  search: (application: string, name: string, query: Query, signal?: AbortSignal) =>
    call<SearchPage>("POST", address(application, name, "search"), query, signal),
  change: (application: string, name: string, changes: CollectionChanges) =>
    call<Collection>("PATCH", address(application, name), changes),
  rebuild: (application: string, name: string, models: Record<string, string>) =>
    call<Job>("POST", address(application, name, "rebuild"), { models }),
};
