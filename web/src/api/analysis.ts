import { call } from "./client";
import { collections } from "./collections";
import type { components } from "./schema";

export type Timeline = components["schemas"]["Timeline"];
export type Lane = components["schemas"]["Lane"];
export type Appearance = components["schemas"]["Appearance"];
export type Who = components["schemas"]["WhoAnswer"];
export type Thresholds = components["schemas"]["Thresholds"];
export type Named = components["schemas"]["NameAnswer"];

/** Who and what is in an item, when and where. */
export function timeline(application: string, collection: string, item: string, signal: AbortSignal): Promise<Timeline> {
  return call<Timeline>("GET", collections.address(application, collection, "items", item, "timeline"), undefined, signal);
}

/** The gallery of a collection, and the faces that have no name. */
export function who(application: string, collection: string, signal: AbortSignal): Promise<Who> {
  return call<Who>("POST", collections.address(application, collection, "who"), {}, signal);
}

/** Name a face, with all appearances that are taken for the same person; null takes the name back. */
export function nameFace(
  application: string,
  collection: string,
  { item_id, segment }: { item_id: string; segment: number },
  name: string | null,
): Promise<Named> {
  return call<Named>("POST", collections.address(application, collection, "name"), { item_id, segment, name });
}

/** How alike faces and things must be to be the same; what is `chosen` holds from now on, the rest stays as it is. */
export function thresholds(
  application: string,
  collection: string,
  chosen: Thresholds,
  signal?: AbortSignal,
): Promise<Thresholds> {
  return call<Thresholds>("POST", collections.address(application, collection, "thresholds"), chosen, signal);
}
