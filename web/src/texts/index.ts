import { en } from "./en";

export { bytes, clock, date, moment, number, score, shown, when } from "./format";

/** What a translation must have: a file like en.ts of this type. */
export type Texts = typeof en;

export const texts: Texts = en;
