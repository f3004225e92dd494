import { expect, it } from "vitest";

import type { Collection } from "../../api/types";
import { choicesFromUrl, mappable, withChoices } from "./choices";

const collection = {
  fields: { place: "text", year: "integer" },
  vectors: { words: { metric: "BM25" }, visual: { metric: "COSINE" }, meaning: { metric: "COSINE" } },
} as unknown as Collection;

it("maps what has vectors", () => {
  expect(mappable(collection)).toEqual(["visual", "meaning"]);
});

it("keeps what is chosen in the address, beside the query and without what is usual", () => {
  const query = new URLSearchParams("text=sea&vector=1");
  const usual = { vector: "visual", colour: null };
  expect(choicesFromUrl(query, collection)).toEqual(usual);
  const chosen = { vector: "meaning", colour: "year" };
  const address = withChoices(query, chosen, collection);
  expect(address.toString()).toBe("text=sea&vector=1&map-vector=meaning&map-colour=year");
  expect(choicesFromUrl(address, collection)).toEqual(chosen);
  expect(withChoices(address, usual, collection).toString()).toBe(query.toString());
});

it("survives what people write into the address", () => {
  const params = new URLSearchParams("map-vector=words&map-colour=taste");
  expect(choicesFromUrl(params, collection)).toEqual({ vector: "visual", colour: null });
});
