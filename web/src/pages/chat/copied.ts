import type { Citation } from "../../api/types";
import { texts } from "../../texts";

/** An answer with its sources as text. */
export function asText(answer: string, cited: readonly Citation[]): string {
  if (!cited.length) return answer;
  const sources = cited.map((one) => `[${one.number}] ${one.title}`);
  return `${answer}\n\n${texts.chat.sources}:\n${sources.join("\n")}`;
}
