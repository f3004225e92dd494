import { call } from "./client";
import { collections } from "./collections";
import type { components } from "./schema";

export type Classified = components["schemas"]["ClassifyAnswer"];

/** The class that the neighbours of a sequence tell. */
export function classify(
  application: string,
  collection: string,
  sequence: string,
  signal: AbortSignal,
): Promise<Classified> {
  return call<Classified>("POST", collections.address(application, collection, "classify"), { sequence }, signal);
}
