import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { answer, client } from "../../../api/client";
import { Problem } from "../../../api/problem";
import { keys } from "../../../api/queries";
import { type Collection, type Job, ended } from "../../../api/types";

const BUSY_LOOK = 2_000;
const IDLE_LOOK = 10_000;
const JOBS = 30;

/**
 * The newest jobs of a collection, whoever began them, looked at again and again; undefined until they are known. Maps
 * are shown with the map.
 */
export function useJobsHere({ application, name }: Collection): Job[] | undefined {
  const cache = useQueryClient();
  const { data } = useQuery({
    queryKey: [...keys.activeJobs, application, name],
    queryFn: async ({ signal }) => {
      const query = { application, collection: name, limit: JOBS };
      const { jobs } = await answer(client.GET("/api/v1/jobs", { params: { query }, signal }));
      return jobs.filter((job) => job.kind !== "map");
    },
    refetchInterval: ({ state }) => {
      // What wants a key wants it the next time too.
      if (state.error instanceof Problem && state.error.status !== 0) return false;
      return state.data?.some((job) => !ended(job)) ? BUSY_LOOK : IDLE_LOOK;
    },
  });
  // What jobs did changes the collection's counts.
  const progress = data?.map((job) => `${job.id} ${job.state} ${job.done}`).join();
  useEffect(() => {
    void cache.invalidateQueries({ queryKey: keys.collection(application, name), exact: true });
  }, [cache, application, name, progress]);
  return data;
}
