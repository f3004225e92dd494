import { count, number, percent, score } from "../format";

export const dna = {
  sequence: "Sequence",
  paste: "Paste a sequence, or FASTA",
  letters: (value: number) => count(value, "letter", "letters"),
  nothing: "Paste a sequence here first: its letters, such as ACGTTGCA, with or without a FASTA header.",
  onlyHeader: "There is a header here, but no sequence: write its letters on the lines below.",
  several: (value: number, name: string) =>
    `${number(value)} sequences were pasted; the first${name && `, ${name},`} is searched.`,
  tooLong: (most: number) => `The page asks with the first ${number(most)} letters; the API takes longer ones.`,
  class: "Class",
  unknown: "Unknown",
  unknownWhy: (nearest: number) =>
    `It is like nothing here: of its letters, the nearest has ${percent(nearest)} in its place.`,
  noClasses: "No sequence here has a class.",
  sure: percent,
  why: (voters: number, nearest: number) =>
    `As ${count(voters, "neighbour says", "neighbours say")}; the nearest shares ${percent(nearest)} of its letters.`,
  identity: (value: number) => `${percent(value)} identical`,
  kmers: (value: number) => `k\u2011mers ${score(value)}`,
  places: (from: number, to: number, there: number, thereTo: number, back: boolean) =>
    `Letters ${number(from)} to ${number(to)} of yours on ${number(there)} to ${number(thereTo)}${back ? ", on the other strand" : ""}`,
  alignment: "Alignment: your sequence above, the one found below",
  yours: "Yours",
  found: "Found",
  more: (value: number) => count(value, "more line", "more lines"),
  less: "Less",
  start: "Or begin with a sequence",
  startHelp: "Choose one to find others like it.",
  alikeTo: (name: string) => `Find sequences like ${name}`,
  group: "One hit a sequence",
  length: "Length",
  gc: "GC content",
};
