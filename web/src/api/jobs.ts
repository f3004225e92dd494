import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { answer, client } from "./client";
import { Problem } from "./problem";
import { keys } from "./queries";
import { type Job, type JobsWanted, ended } from "./types";

const PAUSE = 2_000;
const BUSY_LOOK = 3_000;
const IDLE_LOOK = 15_000;
const JOBS = 50;
const FAILURES = 50;

/**
 * Follow a job by its event stream until it ends; returns the function that stops.
 *
 * The browser resumes a stream that breaks, by Last-Event-ID. A stream that was refused (server away, 429) it gives
 * up, so then we begin another. A page that nobody sees has no stream, because browsers grant a server only six
 * connections over all their tabs.
 */
function followJob(id: string, onChange: (job: Job) => void): () => void {
  let source: EventSource | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let done = false;

  function open(): void {
    const stream = new EventSource(`/api/v1/jobs/${id}/events`);
    source = stream;
    stream.addEventListener("job", (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as Job;
      if (ended(job)) {
        done = true;
        stream.close();
      }
      onChange(job);
    });
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) again = setTimeout(look, PAUSE);
    });
  }

  function look(): void {
    clearTimeout(again);
    source?.close();
    if (!done && document.visibilityState === "visible") open();
  }

  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    clearTimeout(again);
    source?.close();
  };
}

/** A job, live until it ends. Null follows nothing. */
export function useJob(id: string | null) {
  const cache = useQueryClient();
  const found = useQuery({
    queryKey: keys.job(id ?? ""),
    queryFn: ({ signal }) =>
      answer(client.GET("/api/v1/jobs/{job}", { params: { path: { job: id ?? "" } }, signal })),
    enabled: id !== null,
  });
  const live = found.data !== undefined && !ended(found.data);
  useEffect(() => {
    if (id === null || !live) return;
    return followJob(id, (job) => {
      cache.setQueryData(keys.job(id), job);
      if (!ended(job)) return;
      void cache.invalidateQueries({ queryKey: keys.collections(job.application) });
      void cache.invalidateQueries({ queryKey: keys.failures(id) });
      void cache.invalidateQueries({ queryKey: keys.activeJobs });
    });
  }, [cache, id, live]);
  return found;
}

/** All jobs of the server, newest first, a page at a time; asked for again and again while one of them is at work. */
export function useJobs(wanted: JobsWanted) {
  const cache = useQueryClient();
  return useInfiniteQuery({
    queryKey: keys.jobList(wanted),
    queryFn: async ({ signal, pageParam }) => {
      const query = { ...wanted, limit: JOBS, ...(pageParam !== null && { cursor: pageParam }) };
      const page = await answer(client.GET("/api/v1/jobs", { params: { query }, signal }));
      // Whoever follows one of them sees it come back to life when another tab runs it again.
      for (const job of page.jobs) cache.setQueryData(keys.job(job.id), job);
      return page;
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => page.next_cursor,
    staleTime: 0,
    refetchInterval: ({ state }) => {
      const pages = state.data?.pages ?? [];
      const busy = pages.some((page) => page.jobs.some((job) => !ended(job)));
      // Every page is asked for, so the longer the list, the more seldom.
      return busy && BUSY_LOOK * pages.length;
    },
  });
}

/** The jobs that run or wait, looked at again and again while somebody sees the page. */
export function useActiveJobs() {
  return useQuery({
    queryKey: keys.activeJobs,
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        (["running", "received"] as const).map((state) =>
          answer(client.GET("/api/v1/jobs", { params: { query: { state, limit: JOBS } }, signal })),
        ),
      );
      return pages.flatMap((page) => page.jobs);
    },
    refetchInterval: ({ state }) => {
      // What wants a key wants it the next time too; signing in asks again for everything.
      if (state.error instanceof Problem && state.error.status !== 0) return false;
      return state.data?.length ? BUSY_LOOK : IDLE_LOOK;
    },
  });
}

/** What of a job failed, in order, a page at a time; `failed` is how many there are by now. */
export function useFailures(id: string, failed: number) {
  return useInfiniteQuery({
    queryKey: keys.failures(id),
    queryFn: ({ signal, pageParam }) =>
      answer(
        client.GET("/api/v1/jobs/{job}/errors", {
          params: { path: { job: id }, query: { cursor: pageParam, limit: FAILURES } },
          signal,
        }),
      ),
    initialPageParam: 0,
    getNextPageParam: (page, pages) => {
      const shown = pages.reduce((sum, one) => sum + one.failures.length, 0);
      // A job that still runs may fail more behind what was its last page.
      return shown < failed ? (page.next_cursor ?? page.failures.at(-1)?.entry) : null;
    },
    staleTime: 0,
  });
}

/** A change of one job, after which all that shows it is in step. */
function useChangeJob(change: (id: string) => Promise<Job>) {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (job) => {
      cache.setQueryData(keys.job(job.id), job);
      for (const queryKey of [keys.failures(job.id), keys.activeJobs, keys.jobLists]) {
        void cache.invalidateQueries({ queryKey });
      }
    },
  });
}

export function useCancelJob() {
  return useChangeJob((job) => answer(client.DELETE("/api/v1/jobs/{job}", { params: { path: { job } } })));
}

/** Say that nobody will feed an open job any more. */
export function useCloseJob() {
  return useChangeJob((job) => answer(client.POST("/api/v1/jobs/{job}/close", { params: { path: { job } } })));
}

/** Run what failed, or was cancelled, again. */
export function useRetryJob() {
  return useChangeJob((job) => answer(client.POST("/api/v1/jobs/{job}/retry", { params: { path: { job } } })));
}
