import type { Citation } from "../../api/types";
import { passageOf } from "../../views/reading/passage";

const RELATED = 3;

/** Stored questions near the one that was asked, which are not shown already. */
export function relatedTo(
  citations: readonly Citation[],
  shown: readonly Citation[],
  question: string | null,
): string[] {
  const known = new Set([question, ...shown.map((one) => one.text)]);
  const stored = citations.filter((one) => passageOf(one).answer !== null).map((one) => one.text);
  return [...new Set(stored)].filter((one) => !known.has(one)).slice(0, RELATED);
}
