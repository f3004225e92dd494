import {
  QueryClient,
  type UseQueryResult,
  keepPreviousData,
  queryOptions,
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

import { answer, client } from "./client";
import { collections } from "./collections";
import { type LiveSearch, NotLive } from "./live";
import { Problem } from "./problem";
import type { Collection, CollectionSettings, JobsWanted, Query, Readiness, SearchPage } from "./types";

const MINUTE = 60_000;
const READY_LOOK = 15_000;
const UNREADY_LOOK = 2_000;
const TYPING_PAUSE = 250;

/** The names under which answers are kept; give one to `invalidateQueries` after a change. */
export const keys = {
  applications: ["applications"] as const,
  models: ["models"] as const,
  readiness: ["readiness"] as const,
  jobs: ["jobs"] as const,
  job: (id: string) => ["jobs", "one", id] as const,
  jobLists: ["jobs", "list"] as const,
  jobList: (wanted: JobsWanted) => ["jobs", "list", wanted] as const,
  activeJobs: ["jobs", "active"] as const,
  failures: (id: string) => ["jobs", "failures", id] as const,
  collections: (application: string) => ["collections", application] as const,
  collection: (application: string, name: string) => ["collections", application, name] as const,
  item: (application: string, name: string, id: string) => ["collections", application, name, "items", id] as const,
  segments: (application: string, name: string, id: string, start: number) =>
    ["collections", application, name, "items", id, "segments", start] as const,
  conversations: (application: string, collection: string) => ["conversations", application, collection] as const,
  messages: (conversation: string) => ["messages", conversation] as const,
  search: (application: string, name: string, query: Query | null) =>
    ["collections", application, name, "search", query] as const,
};

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: MINUTE,
        // What the server refused it will refuse again; only silence and overload are worth another try.
        retry: (failures, error) =>
          failures < 3 && error instanceof Problem && (error.status === 0 || error.status === 429 || error.status === 503),
      },
    },
  });
}

export function useApplications() {
  return useQuery({
    queryKey: keys.applications,
    queryFn: ({ signal }) => answer(client.GET("/api/v1/apps", { signal })),
    staleTime: Infinity,
  });
}

export function useModels() {
  return useQuery({
    queryKey: keys.models,
    queryFn: ({ signal }) => answer(client.GET("/api/v1/models", { signal })),
  });
}

/**
 * The state of the server, looked at again and again; it answers 503 with the same body while it is not ready.
 *
 * `look`: how often to look while all is well, in milliseconds.
 */
export function useReadiness(look = READY_LOOK): UseQueryResult<Readiness> {
  return useQuery({
    queryKey: keys.readiness,
    queryFn: async ({ signal }) => {
      const response = await fetch("/readyz", { signal }).catch((error: unknown) => {
        throw signal.aborted ? error : Problem.offline();
      });
      if (!response.ok && response.status !== 503) throw await Problem.of(response);
      return (await response.json()) as Readiness;
    },
    retry: false,
    staleTime: 0,
    refetchInterval: (query) =>
      query.state.status === "success" && query.state.data?.ready ? look : UNREADY_LOOK,
  });
}

function collectionsQuery(application: string) {
  return queryOptions({
    queryKey: keys.collections(application),
    queryFn: ({ signal }) => collections.list(application, signal),
  });
}

export function useCollections(application: string) {
  return useQuery(collectionsQuery(application));
}

/** The collections of several applications together: `data` is undefined unless all are here. */
export function useCollectionsOf(applications: string[]): { data: Collection[] | undefined; isPending: boolean } {
  return useQueries({
    queries: applications.map((application) => collectionsQuery(application)),
    combine: (all) => ({
      data: all.every((one) => one.data !== undefined) ? all.flatMap((one) => one.data) : undefined,
      isPending: all.some((one) => one.isPending),
    }),
  });
}

export function useCollection(application: string, name: string) {
  return useQuery({
    queryKey: keys.collection(application, name),
    queryFn: ({ signal }) => collections.get(application, name, signal),
  });
}

export function useItem(application: string, collection: string, id: string) {
  return useQuery({
    queryKey: keys.item(application, collection, id),
    queryFn: ({ signal }) => collections.item(application, collection, id, signal),
  });
}

/**
 * The pages of a search; null asks nothing. The hits of the query before stay until the new ones are here.
 *
 * With `live`, for a query that is still being typed, the first page comes over the socket; where there is none, by
 * HTTP as soon as the typing pauses.
 */
export function useSearch(application: string, collection: string, query: Query | null, live?: LiveSearch | null) {
  async function first(asked: Query, signal: AbortSignal): Promise<SearchPage> {
    if (live) {
      try {
        return await live.ask(asked, { signal });
      } catch (error) {
        if (!(error instanceof NotLive)) throw error;
        await pause(TYPING_PAUSE, signal);
      }
    }
    return collections.search(application, collection, asked, signal);
  }

  return useInfiniteQuery({
    queryKey: keys.search(application, collection, query),
    queryFn: ({ signal, pageParam }) =>
      pageParam
        ? collections.search(application, collection, { ...query, cursor: pageParam }, signal)
        : first(query ?? {}, signal),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    enabled: query !== null,
    placeholderData: query === null ? undefined : keepPreviousData,
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("This search was given up.", "AbortError"));
    });
  });
}

export function useCreateCollection(application: string) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: ({ name, settings }: { name: string; settings: CollectionSettings }) =>
      collections.create(application, name, settings),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.collections(application) }),
  });
}

export function useLoadSample() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: (application: string) =>
      answer(client.POST("/api/v1/samples/{application}", { params: { path: { application } } })),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.jobs }),
  });
}
