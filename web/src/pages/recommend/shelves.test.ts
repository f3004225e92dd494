import { describe, expect, it } from "vitest";

import type { Recommended } from "../../api/recommendations";
import { shelve } from "./shelves";

function one(id: string, reason?: string): Recommended {
  const because = reason ? [{ item_id: reason, name: reason.toUpperCase(), share: 0.5 }] : [];
  return { rank: 1, score: 1, item_id: id, key: id, name: id, metadata: {}, because };
}

describe("shelves", () => {
  it("hold the best first, then what has the same reason", () => {
    const found = [one("a", "x"), one("b", "x"), ...["c", "d", "e"].map((id) => one(id, "y")), one("f", "x"), one("g")];
    expect(shelve(found, 2).map(({ reason, items }) => [reason?.name, items.map((item) => item.item_id)])).toEqual([
      [undefined, ["a", "b"]],
      ["Y", ["c", "d", "e"]],
    ]);
  });
});
