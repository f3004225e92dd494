import { type UseQueryResult, useQuery } from "@tanstack/react-query";

import { type Who, who } from "../../api/analysis";
import { keys } from "../../api/queries";

/** The gallery of a collection, and the faces that have no name. */
export function useWho(application: string, collection: string): UseQueryResult<Who> {
  return useQuery({
    queryKey: [...keys.collection(application, collection), "who"],
    queryFn: ({ signal }) => who(application, collection, signal),
  });
}
