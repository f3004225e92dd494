import { en } from "./en";

export { bytes, clock, date, moment, named, number, score, shown, when } from "./format";

/** What a translation must have: a folder like en/, of this type. */
export type Texts = typeof en;

export const texts: Texts = en;
