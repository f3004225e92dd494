import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { passageOf } from "./passage";

const PAGE = 24;
const BEFORE = 6;

/** The passages of a document around one of them, in order; more come before and after as they are asked for. */
export function useDocument(application: string, collection: string, item: string, around: number) {
  const [start, setStart] = useState(() => Math.max(0, around - BEFORE));
  const found = useInfiniteQuery({
    queryKey: keys.segments(application, collection, item, start),
    queryFn: ({ signal, pageParam }) =>
      collections.segments(application, collection, item, pageParam.start, pageParam.limit, signal),
    initialPageParam: { start, limit: PAGE },
    getNextPageParam: (last) => (last.next === null ? undefined : { start: last.next, limit: PAGE }),
    getPreviousPageParam: (_first, _pages, { start: from }) =>
      from > 0 ? { start: Math.max(0, from - PAGE), limit: Math.min(PAGE, from) } : undefined,
  });
  const passages = useMemo(
    () => found.data?.pages.flatMap((page) => page.segments.map((one) => passageOf(one))) ?? [],
    [found.data],
  );

  // Another passage of it is to be shown, far from those that are loaded; or an address names one it has not.
  const [shown, setShown] = useState(around);
  if (around !== shown) {
    setShown(around);
    if (!passages.some((one) => one.ordinal === around)) setStart(Math.max(0, around - BEFORE));
  }
  if (found.isSuccess && passages.length === 0 && start > 0) setStart(0);

  return { ...found, passages };
}
