import { expect, it } from "vitest";

import type { Application } from "../../api/types";
import { described, takes } from "./about";

const colours = {
  description: "",
  accepts: [],
  takes_records: true,
  tables: [],
  needs_dimension: false,
  query_schema: {
    properties: {
      limit: { type: "integer" },
      cursor: { type: "string" },
      colour: { type: "string" },
      item_id: { type: "string" },
    },
  },
} as unknown as Application;

it("describes an application that says nothing of itself by what it is asked with", () => {
  expect(described(colours)).toBe("Similarity search by colour or item.");
  expect(described({ ...colours, query_schema: {} })).toBe("Similarity search of a kind of its own.");
  expect(described({ ...colours, description: "Finds colours." })).toBe("Finds colours.");
});

it("says what an application takes", () => {
  expect(takes(colours)).toEqual(["tables and records"]);
  expect(takes({ ...colours, needs_dimension: true })).toEqual(["ready-made vectors"]);
  expect(takes({ ...colours, takes_records: false, accepts: ["image/*", "application/pdf"] })).toEqual([
    "pictures",
    "PDF",
  ]);
  expect(takes({ ...colours, accepts: ["x-own/kind"], tables: ["chemical/seq-na-fasta"] })).toEqual([
    "x-own/kind",
    "FASTA",
    "tables and records",
  ]);
});
