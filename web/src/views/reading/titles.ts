import type { Item } from "../../api/types";
import type { Passage } from "./passage";

/** What a text is called: what it says itself, else its name. */
export function titleOf({ id, key, name, metadata }: Item): string {
  const { title } = metadata;
  return (typeof title === "string" && title.trim()) || name || key || id.slice(0, 12);
}

/** The headings that a passage stands under, without the one that is the text's title. */
export function pathOf({ headings }: Passage, title: string): string[] {
  return headings[0] === title ? headings.slice(1) : headings;
}

/** The language of a text for the browser, which reads it out and breaks its lines. */
export function languageOf({ metadata }: Item): string | undefined {
  const { language } = metadata;
  return typeof language === "string" && /^[a-z]{2,3}(-\w+)*$/i.test(language) ? language : undefined;
}
