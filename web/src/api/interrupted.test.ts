import { beforeEach, describe, expect, it } from "vitest";

import { arrivedBefore, keep, restored } from "./interrupted";
import type { Shipment } from "./uploads";

function chosen(name: string, content: string, lastModified = 1) {
  return { file: new File([content], name, { lastModified }), name };
}

function shipment(state: Shipment["state"]): Shipment {
  const file = { size: 1, modified: 1, refused: null };
  const files = [
    { ...file, name: "a", sent: 1 },
    { ...file, name: "b", sent: 0.4 },
  ];
  return { id: 7, application: "image-search", collection: "mine", files, job: "j1", state, problem: "" };
}

describe("an upload that a reload interrupts", () => {
  beforeEach(() => sessionStorage.clear());

  it("is found again, once, without what was half-way", () => {
    keep([shipment("sending"), shipment("sent"), shipment("cancelled")]);
    const [found, ...others] = restored();
    expect(others).toEqual([]);
    expect(found?.state).toBe("interrupted");
    expect(found?.files.map((file) => file.sent)).toEqual([1, 0]);
    expect(restored()).toEqual([]);
  });

  it("leaves nothing behind when all has arrived", () => {
    keep([shipment("sent")]);
    expect(restored()).toEqual([]);
  });

  it("goes on with the same files only", () => {
    const before = shipment("interrupted");
    expect(arrivedBefore(before, [chosen("b", "x"), chosen("a", "x"), chosen("c", "x")])).toEqual([false, true, false]);
    expect(arrivedBefore(before, [chosen("b", "x"), chosen("a", "x", 2)])).toEqual([false, false]);
    expect(arrivedBefore(before, [chosen("c", "x")])).toBeNull();
    expect(arrivedBefore(undefined, [chosen("a", "x")])).toBeNull();
  });
});
