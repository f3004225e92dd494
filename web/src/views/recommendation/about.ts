import { shown } from "../../texts";

/** What is known of a title, in a line. */
export function about({ year, categories }: Record<string, unknown>): string {
  return [year, categories]
    .filter((one) => one !== undefined && one !== null)
    .map(shown)
    .join(" · ");
}
