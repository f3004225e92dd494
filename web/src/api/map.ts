import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { call } from "./client";
import { collections } from "./collections";
import { useJob } from "./jobs";
import { keys } from "./queries";
import { type Collection, type Item, type ItemPage, type Job, type Json, ended } from "./types";
import type { components } from "./schema";

type Schemas = components["schemas"];

type Stale = Schemas["MapStale"];

/** The map of a collection: item `ids[n]` lies at `places[2n]`, `places[2n + 1]`, fractions of a square. */
export interface ItemMap {
  madeAt: string;
  ids: string[];
  places: Float32Array;
  /** The number of an item's point. */
  numbers: ReadonlyMap<string, number>;
  stale: Stale;
}

/** The declared fields of every item, by id. */
type Fields = ReadonlyMap<string, Record<string, Json>>;

const LOOK = 5_000;
const MOST_ITEMS = 1_000;

const mapKeys = {
  all: (application: string, name: string) => [...keys.collection(application, name), "map"] as const,
  one: (application: string, name: string, vector: string) => [...mapKeys.all(application, name), vector] as const,
  items: (application: string, name: string, ids: readonly string[]) =>
    [...keys.collection(application, name), "some", ids] as const,
  fields: (application: string, name: string) => [...keys.collection(application, name), "fields"] as const,
};

export function itemMap(map: Schemas["MapOut"]): ItemMap {
  const places = new Float32Array(2 * map.ids.length);
  for (let at = 0; at < map.ids.length; at++) {
    places[2 * at] = (map.x[at] ?? 0) / map.scale;
    places[2 * at + 1] = (map.y[at] ?? 0) / map.scale;
  }
  const numbers = new Map(map.ids.map((id, at) => [id, at]));
  return { madeAt: map.made_at, ids: map.ids, places, numbers, stale: map.stale };
}

/** Whether the map lacks something that a new one would have. What was deleted is not on it any more anyway. */
export function outdated(stale: Stale): boolean {
  return stale.added > 0 || stale.changed > 0 || stale.generation;
}

/** The map of one of a collection's vectors. Nothing is asked for before there is one (`maps` of the collection). */
export function useMap({ application, name, maps }: Collection, vector: string) {
  return useQuery({
    queryKey: mapKeys.one(application, name, vector),
    queryFn: async ({ signal }): Promise<ItemMap> => {
      const address = `${collections.address(application, name, "map")}?${new URLSearchParams({ vector })}`;
      return itemMap(await call<Schemas["MapOut"]>("GET", address, undefined, signal));
    },
    enabled: maps.includes(vector),
    staleTime: 0,
    structuralSharing: false,
    // The server updates a map by itself a little after what made it old: that job is to be seen here.
    refetchInterval: ({ state }) =>
      state.data && outdated(state.data.stale) && state.data.stale.updating === null ? LOOK : false,
  });
}

/** The job of a map, live, and whether it is at work; when it ends, the map and its collection are asked for again. */
export function useMapJob(application: string, name: string, id: string | null) {
  const cache = useQueryClient();
  const { data: job, isLoadingError } = useJob(id);
  const over = job !== undefined && ended(job);
  useEffect(() => {
    // It may have ended before it was looked at for the first time.
    if (!over) return;
    void cache.invalidateQueries({ queryKey: mapKeys.all(application, name) });
    void cache.invalidateQueries({ queryKey: keys.collection(application, name), exact: true });
  }, [cache, application, name, over, id]);
  // A job that nobody can tell of must not keep anybody from beginning another.
  return { job, running: id !== null && !over && !isLoadingError };
}

/** Make or update a map; `afresh` lays everything out anew. */
export function useMakeMap(application: string, name: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Schemas["MapRequest"]) =>
      call<Job>("POST", collections.address(application, name, "map"), wanted),
    onSuccess: (job) => {
      cache.setQueryData(keys.job(job.id), job);
      return Promise.all([
        cache.invalidateQueries({ queryKey: mapKeys.all(application, name) }),
        cache.invalidateQueries({ queryKey: keys.jobs }),
      ]);
    },
  });
}

/** Some items together, at most 500; what was asked for before stays until the new ones are here. */
export function useSomeItems(application: string, name: string, ids: readonly string[]) {
  const cache = useQueryClient();
  return useQuery({
    queryKey: mapKeys.items(application, name, ids),
    queryFn: async ({ signal }) => {
      const known = (id: string): Item | undefined => cache.getQueryData(keys.item(application, name, id));
      const missing = ids.filter((id) => !known(id));
      if (missing.length > 0) {
        const query = new URLSearchParams(missing.map((id) => ["id", id]));
        const address = `${collections.address(application, name, "items")}?${query}`;
        const page = await call<ItemPage>("GET", address, undefined, signal);
        for (const item of page.items) cache.setQueryData(keys.item(application, name, item.id), item);
      }
      return ids.map(known).filter((item) => item !== undefined);
    },
    enabled: ids.length > 0,
    placeholderData: (before) => before,
  });
}

/** The declared fields of all items, a thousand at a time; `onProgress` is told how many are here, and of how many. */
export function useFields(
  application: string,
  name: string,
  fields: readonly string[],
  enabled: boolean,
  onProgress: (done: number, total: number) => void,
) {
  return useQuery({
    queryKey: mapKeys.fields(application, name),
    queryFn: async ({ signal }): Promise<Fields> => {
      const found = new Map<string, Record<string, Json>>();
      let cursor: string | null = null;
      do {
        const wanted = { limit: MOST_ITEMS, ...(cursor && { cursor }) };
        const page: ItemPage = await collections.items(application, name, wanted, signal);
        for (const { id, metadata } of page.items) {
          found.set(id, Object.fromEntries(fields.map((field) => [field, metadata[field] as Json])));
        }
        onProgress(found.size, page.total);
        cursor = page.next_cursor;
      } while (cursor !== null);
      return found;
    },
    enabled,
    structuralSharing: false,
  });
}
