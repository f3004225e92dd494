import { describe, expect, it } from "vitest";

import type { Application, Collection } from "../../api/types";
import { asCurl, asPython } from "./recipes";

const application = { name: "image-search" } as Application;
const collection = { name: "holiday" } as Collection;
const query = { text: "the cat's \"hat\"", parts: [{ media_id: "x", weight: -0.5 }], group: false };

describe("recipes", () => {
  it("survive a shell", () => {
    expect(asCurl("http://here", application, collection, query)).toBe(
      "curl -s 'http://here/api/v1/apps/image-search/collections/holiday/search' -H 'Content-Type: application/json' " +
        `-d '{"text":"the cat'\\''s \\"hat\\"","parts":[{"media_id":"x","weight":-0.5}],"group":false}'`,
    );
  });

  it("are Python, not JSON", () => {
    const program = asPython("http://here", application, collection, query);
    expect(program).toContain(`        text="the cat's \\"hat\\"",\n`);
    expect(program).toContain(`        parts=[{"media_id": "x", "weight": -0.5}],\n        group=False,\n    )`);
  });
});
