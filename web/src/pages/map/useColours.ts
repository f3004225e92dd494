import { useMemo, useState } from "react";

import { type ItemMap, useFields } from "../../api/map";
import type { Application, Collection } from "../../api/types";
import { type Palette, type Scale, painted, scaleOf } from "./colours";

export interface Colours {
  /** How many items' values are here, while they are read. */
  progress: { done: number; total: number } | null;
  error: Error | null;
  scale: Scale | null;
  painted: Uint8Array | null;
}

/** The points coloured by a declared field, whose values are read when somebody first asks for any. */
export function useColours(
  application: Application,
  collection: Collection,
  map: ItemMap,
  palette: Palette,
  field: string | null,
): Colours {
  const [progress, setProgress] = useState({ done: 0, total: collection.items });
  const { data, error, isFetching } = useFields(
    application.name,
    collection.name,
    Object.keys(collection.fields),
    field !== null,
    (done, total) => setProgress({ done, total }),
  );
  const type = field === null ? undefined : collection.fields[field];
  const values = useMemo(
    () => (data && field !== null ? map.ids.map((id) => data.get(id)?.[field]) : null),
    [data, field, map.ids],
  );
  const scale = useMemo(() => (values && type ? scaleOf(values, type) : null), [values, type]);
  const colours = useMemo(() => (values && scale ? painted(values, scale, palette) : null), [values, scale, palette]);
  return {
    progress: field !== null && isFetching ? progress : null,
    error,
    scale,
    painted: colours,
  };
}
