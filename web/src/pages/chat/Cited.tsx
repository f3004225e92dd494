import { Fragment, type ReactNode } from "react";

const MARK = /\[(\d{1,3})\]/;

/** A text with its marks like [1] replaced; those that `cite` does not know stay as they are. */
export function Cited({ text, cite }: { text: string; cite: (number: number) => ReactNode }) {
  // What a pattern's group found stands at every second place.
  return text.split(MARK).map((part, at) => <Fragment key={at}>{at % 2 ? (cite(Number(part)) ?? `[${part}]`) : part}</Fragment>);
}

/** The numbers that an answer cites, in their order, each once. */
export function citedIn(text: string): number[] {
  return [...new Set([...text.matchAll(new RegExp(MARK, "g"))].map((one) => Number(one[1])))];
}
