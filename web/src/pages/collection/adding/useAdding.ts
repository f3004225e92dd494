import { useQueryClient } from "@tanstack/react-query";

import { keys } from "../../../api/queries";
import type { Application, Collection } from "../../../api/types";
import { type Chosen, uploads } from "../../../api/uploads";

/** What sends files to a collection. */
export function useAdding(application: Application, collection: Collection): (chosen: Chosen[]) => void {
  const cache = useQueryClient();
  return (chosen) =>
    uploads.send(application.name, collection.name, chosen, (job) => {
      cache.setQueryData(keys.job(job.id), job);
      void cache.invalidateQueries({ queryKey: keys.activeJobs });
    });
}
