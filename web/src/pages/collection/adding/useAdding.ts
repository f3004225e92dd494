import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import type { Chosen } from "../../../api/delivery";
import { keys, useApplications } from "../../../api/queries";
import type { Application, Collection } from "../../../api/types";
import { uploads } from "../../../api/uploads";

/** Whether an application takes anything in that can be dropped on its page. */
export function takesFiles(application: Application): boolean {
  return application.accepts.length > 0 || application.takes_records;
}

/** What sends files to a collection. */
export function useAdding({ application, name }: Collection): (chosen: Chosen[]) => void {
  const cache = useQueryClient();
  const largest = useApplications().data?.limits.max_upload ?? Infinity;
  return useCallback(
    (chosen) => {
      if (!chosen.length) return;
      uploads.send({ application, collection: name, largest }, chosen, (job) => {
        cache.setQueryData(keys.job(job.id), job);
        void cache.invalidateQueries({ queryKey: keys.activeJobs });
      });
    },
    [cache, application, name, largest],
  );
}
