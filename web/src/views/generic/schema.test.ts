import { describe, expect, it } from "vitest";

import type { Application } from "../../api/types";
import { properties, readForm } from "./schema";
import { queryFromUrl, queryToUrl } from "./url";

const schema = {
  $defs: { Region: { type: "object", description: "A rectangle." }, Mode: { enum: ["near", "far"], type: "string" } },
  properties: {
    depth: { type: "integer", default: 10 },
    limit: { type: "integer", default: 10 },
    cursor: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    vector: { anyOf: [{ type: "array", items: { type: "number" } }, { type: "null" }], default: null },
    colour: { type: "string", description: "For example #1e90ff." },
    region: { anyOf: [{ $ref: "#/$defs/Region" }, { type: "null" }] },
    mode: { $ref: "#/$defs/Mode" },
    group: { type: "boolean", default: true },
  },
  required: ["colour"],
};

const application = { query_schema: schema, query_example: {} } as unknown as Application;

describe("properties", () => {
  it("sees through references and 'or null', and leaves to the page what every search has", () => {
    const kinds = Object.fromEntries(properties(schema).map((one) => [one.name, one.kind]));
    expect(kinds).toEqual({ depth: "integer", vector: "numbers", colour: "text", region: "json", mode: "choice" });
  });

  it("knows what is needed, and what may be chosen", () => {
    const all = new Map(properties(schema).map((one) => [one.name, one]));
    expect(all.get("colour")).toMatchObject({ required: true, label: "Colour" });
    expect(all.get("mode")?.choices).toEqual(["near", "far"]);
    expect(all.get("depth")).toMatchObject({ required: false, fallback: 10 });
    expect(all.get("region")?.description).toBe("A rectangle.");
  });
});

describe("readForm", () => {
  it("reads numbers however they are separated, and leaves out what is empty", () => {
    const { query, errors } = readForm(properties(schema), { colour: " red ", vector: "[0.5, -1 2e-3]", depth: "" });
    expect(query).toEqual({ colour: "red", vector: [0.5, -1, 0.002] });
    expect(errors.size).toBe(0);
  });

  it("says which fields are wrong", () => {
    const { errors } = readForm(properties(schema), { vector: "one two", depth: "1.5", region: "{" });
    expect([...errors.keys()].sort()).toEqual(["colour", "depth", "region", "vector"]);
  });
});

describe("the address", () => {
  it("gives back the query it was made of", () => {
    const query = { colour: "true & #1e90ff", vector: [1, 0.25], region: { x: 0.5 }, depth: 5 };
    expect(queryFromUrl(queryToUrl(query), application)).toEqual(query);
  });

  it("survives what people write into it", () => {
    expect(queryFromUrl(new URLSearchParams("depth=many&unknown=1&item=x"), application)).toBeNull();
    expect(queryFromUrl(new URLSearchParams("depth=many&colour=red"), application)).toEqual({ colour: "red" });
  });
});
