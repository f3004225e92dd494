import { useQuery } from "@tanstack/react-query";

import { keys } from "../../api/queries";
import { type Compared, MOST_DRAWN, draw } from "../../api/molecules";

/** An SVG as the source of a picture. */
export function sourceOf(svg: string): string {
  return `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
}

interface Waiting {
  ids: Map<string, { give: (svg: string | null) => void; refuse: (error: unknown) => void }[]>;
}

/** Collects what is wanted at once, so that a page of hits is drawn by one request. */
class Draughtsman {
  readonly #waiting = new Map<string, Waiting>();

  want(application: string, collection: string, id: string, compared: Compared): Promise<string | null> {
    const key = JSON.stringify([application, collection, compared]);
    let waiting = this.#waiting.get(key);
    if (!waiting || waiting.ids.size >= MOST_DRAWN) {
      waiting = { ids: new Map() };
      this.#waiting.set(key, waiting);
      const mine = waiting;
      setTimeout(() => {
        if (this.#waiting.get(key) === mine) this.#waiting.delete(key);
        void this.#draw(application, collection, compared, mine);
      });
    }
    const { ids } = waiting;
    return new Promise((give, refuse) => {
      ids.set(id, [...(ids.get(id) ?? []), { give, refuse }]);
    });
  }

  async #draw(application: string, collection: string, compared: Compared, { ids }: Waiting): Promise<void> {
    try {
      const { drawings } = await draw(application, collection, [...ids.keys()], compared);
      for (const [id, all] of ids) all.forEach((one) => one.give(drawings[id] ?? null));
    } catch (error) {
      for (const all of ids.values()) all.forEach((one) => one.refuse(error));
    }
  }
}

const draughtsman = new Draughtsman();

/** The drawing of an item with what it has in common with another marked; undefined until it is here, null without. */
export function useDrawing(
  application: string,
  collection: string,
  id: string,
  compared: Compared | null,
): string | null | undefined {
  const { data, error } = useQuery({
    queryKey: [...keys.item(application, collection, id), "drawing", compared],
    queryFn: () => draughtsman.want(application, collection, id, compared ?? {}),
    enabled: compared !== null,
    staleTime: Infinity,
  });
  return error || compared === null ? null : data;
}

/** The drawing of a structure that is asked with; undefined until it is here, or if it cannot be drawn. */
export function useQueryDrawing(application: string, collection: string, smiles: string | undefined): string | undefined {
  const { data } = useQuery({
    queryKey: [...keys.collection(application, collection), "drawn", smiles],
    queryFn: async () => (await draw(application, collection, [], { smiles: smiles ?? "" })).query ?? undefined,
    enabled: smiles !== undefined,
    staleTime: Infinity,
  });
  return smiles === undefined ? undefined : data;
}
