import { call } from "./client";
import { collections } from "./collections";
import type { components } from "./schema";

export type Prediction = components["schemas"]["PredictAnswer"];
type Drawn = components["schemas"]["DrawAnswer"];

/** What molecules are compared with in a drawing. */
export interface Compared {
  smiles?: string;
  smarts?: string;
}

/** The most that the server draws at once. */
export const MOST_DRAWN = 100;

/** Drawings of items, as SVG by id, with what they have in common with another marked. */
export function draw(application: string, collection: string, ids: string[], compared: Compared): Promise<Drawn> {
  return call<Drawn>("POST", collections.address(application, collection, "draw"), { ids, ...compared, size: 320 });
}

/** A number of an item as its neighbours have it. */
export function predict(
  application: string,
  collection: string,
  asked: { item_id: string; field: string },
  signal: AbortSignal,
): Promise<Prediction> {
  return call<Prediction>("POST", collections.address(application, collection, "predict"), asked, signal);
}
