import { expect, it } from "vitest";

import { optionsOf } from "./options";

it("reads what is yes or no from a schema, and leaves the rest to the API", () => {
  const options_schema = {
    properties: {
      standardise: { type: "boolean", title: "Standardise", description: "Or not.", default: true },
      plain: { type: "boolean" },
      k: { type: "integer" },
    },
  };
  expect(optionsOf({ options_schema })).toEqual([
    { name: "standardise", label: "Standardise", hint: "Or not.", standard: true },
    { name: "plain", label: "plain", hint: undefined, standard: false },
  ]);
  expect(optionsOf({ options_schema: {} })).toEqual([]);
});
