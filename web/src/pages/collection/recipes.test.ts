import { describe, expect, it } from "vitest";

import type { Application, Collection } from "../../api/types";
import { asCurl, asPython } from "./recipes";

const application = { name: "image-search" } as Application;
const collection = { name: "holiday" } as Collection;
const server = { address: "http://here", locked: false };
const query = { text: "the cat's \"hat\"", parts: [{ media_id: "x", weight: -0.5 }], group: false };

describe("recipes", () => {
  it("survive a shell", () => {
    expect(asCurl(server, application, collection, query)).toBe(
      "curl -s 'http://here/api/v1/apps/image-search/collections/holiday/search' -H 'Content-Type: application/json' " +
        `-d '{"text":"the cat'\\''s \\"hat\\"","parts":[{"media_id":"x","weight":-0.5}],"group":false}'`,
    );
  });

  it("are Python, not JSON", () => {
    const program = asPython(server, application, collection, query);
    expect(program).toContain(`        text="the cat's \\"hat\\"",\n`);
    expect(program).toContain(`        parts=[{"media_id": "x", "weight": -0.5}],\n        group=False,\n    )`);
    expect(program).toMatch(/^from findalike import Client\n\nwith Client\("http:\/\/here"\) as client:\n/u);
  });

  it("bring the key of a server that wants one, and do not show it", () => {
    const locked = { ...server, locked: true };
    expect(asCurl(locked, application, collection, query)).toContain(' -H "Authorization: Bearer $FINDALIKE_API_KEY" -d ');
    expect(asPython(locked, application, collection, query)).toContain(
      'with Client("http://here", os.environ["FINDALIKE_API_KEY"]) as client:\n    answer',
    );
  });
});
