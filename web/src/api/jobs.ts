import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { answer, client } from "./client";
import { keys } from "./queries";
import { type Job, ended } from "./types";

const PAUSE = 2_000;

/**
 * Follow a job by its event stream until it ends; returns the function that stops.
 *
 * The browser resumes a stream that breaks, by Last-Event-ID. A stream that was refused (server away, 429) it gives
 * up, so then we begin another.
 */
export function followJob(id: string, onChange: (job: Job) => void): () => void {
  let source: EventSource;
  let again: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source = new EventSource(`/api/v1/jobs/${id}/events`);
    source.addEventListener("job", (event: MessageEvent<string>) => {
      const job = JSON.parse(event.data) as Job;
      if (ended(job)) source.close();
      onChange(job);
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, PAUSE);
    });
  }

  open();
  return () => {
    clearTimeout(again);
    source.close();
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
      if (ended(job)) void cache.invalidateQueries({ queryKey: keys.collections(job.application) });
    });
  }, [cache, id, live]);
  return found;
}
