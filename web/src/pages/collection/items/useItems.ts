import { type InfiniteData, type Query, keepPreviousData, useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef } from "react";

import { collections } from "../../../api/collections";
import { keys } from "../../../api/queries";
import type { Collection, Item, ItemPage } from "../../../api/types";
import type { Wanted } from "./wanted";

const PAGE = 200;

type Pages = InfiniteData<ItemPage, string>;

function listsKey(application: string, collection: string) {
  return [...keys.collection(application, collection), "items", "list"] as const;
}

/**
 * The items of a collection, a page at a time; those of the choice before stay until the new ones are here. A list that
 * is shorter than a page grows with the collection; a longer one stays as it is under the eyes of who reads it.
 */
export function useItems({ application, name: collection, items: count }: Collection, wanted: Wanted) {
  const found = useInfiniteQuery({
    queryKey: [...listsKey(application, collection), wanted],
    queryFn: ({ signal, pageParam }) =>
      collections.items(
        application,
        collection,
        {
          limit: PAGE,
          order: wanted.order,
          ...(wanted.filter && { filter: wanted.filter }),
          ...(pageParam && { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    // Comparing all pages with what they were, at every new one, is what would make a long list stutter.
    structuralSharing: false,
    // All pages again, one after another, only because somebody looked at another tab.
    refetchOnWindowFocus: false,
  });
  const items = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const total = found.data?.pages[0]?.total ?? 0;
  const { fetchNextPage, refetch, isFetching, isFetchNextPageError } = found;
  const seen = useRef(count);
  useEffect(() => {
    if (seen.current !== count && total < PAGE) void refetch();
    seen.current = count;
  }, [count, total, refetch]);
  // After a failure a button remains: asking again by itself would only repeat it.
  const wait = isFetching || isFetchNextPageError;
  const more = useCallback(() => {
    // Several scrolls may come before the first of them shows here as fetching: they ask for one page.
    if (!wait) void fetchNextPage({ cancelRefetch: false });
  }, [fetchNextPage, wait]);
  return { ...found, items, total, more };
}

/** What to do after items were changed or deleted, so that long lists need not be read again from their beginning. */
export function useItemChanges({ application, name }: Collection) {
  const cache = useQueryClient();
  const lists = listsKey(application, name);

  function rewrite(change: (items: Item[]) => Item[]): void {
    cache.setQueriesData<Pages>({ queryKey: lists }, (data) => {
      if (!data) return data;
      const pages = data.pages.map((page) => ({ ...page, items: change(page.items) }));
      const gone = loaded(data.pages) - loaded(pages);
      return { ...data, pages: pages.map((page) => ({ ...page, total: page.total - gone })) };
    });
  }

  /** Everything else of the collection is asked for again, and so are lists of which `whole` says so. */
  function refresh(whole: (list: Query) => boolean): Promise<void> {
    const isList = (query: Query): boolean => lists.every((part, at) => query.queryKey[at] === part);
    return cache.invalidateQueries({
      queryKey: keys.collection(application, name),
      predicate: (query) => !isList(query) || whole(query),
    });
  }

  return {
    changed: (items: readonly Item[]): Promise<void> => {
      const fresh = new Map(items.map((item) => [item.id, item]));
      rewrite((all) => all.map((item) => fresh.get(item.id) ?? item));
      // Other metadata may mean another place in the list, or none.
      return refresh((list) => {
        const wanted = list.queryKey.at(-1) as Wanted;
        return wanted.filter !== "" || wanted.order.replace("-", "") !== "number";
      });
    },
    removed: (ids: readonly string[]): Promise<void> => {
      const gone = new Set(ids);
      rewrite((all) => all.filter((item) => !gone.has(item.id)));
      return refresh((list) => {
        const pages = (list.state.data as Pages | undefined)?.pages ?? [];
        return loaded(pages) === 0;
      });
    },
  };
}

function loaded(pages: readonly ItemPage[]): number {
  return pages.reduce((sum, page) => sum + page.items.length, 0);
}
