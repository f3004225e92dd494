import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";

import { collections } from "../../../api/collections";
import { keys } from "../../../api/queries";
import type { Wanted } from "./wanted";

const PAGE = 200;

/** The items of a collection, a page at a time; those of the choice before stay until the new ones are here. */
export function useItems(application: string, collection: string, wanted: Wanted) {
  return useInfiniteQuery({
    queryKey: [...keys.collection(application, collection), "items", "list", wanted],
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
  });
}
