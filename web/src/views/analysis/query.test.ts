import { describe, expect, it } from "vitest";

import type { Lane } from "../../api/analysis";
import { boxesAt, queryFromUrl, queryToUrl, tidy, toggled } from "./query";

const box = (at: number, x: number) => ({ at, x, y: 0.1, width: 0.2, height: 0.3 });

describe("addresses", () => {
  it("keep what is asked", () => {
    for (const query of [{ names: ["Ada", "a dog & co"] }, { media_id: "m", find: "face" as const }, { item_id: "i" }]) {
      expect(queryFromUrl(queryToUrl(query))).toEqual(query);
    }
  });

  it("that people edited are survived", () => {
    expect(queryFromUrl(new URLSearchParams("name=+&find=what"))).toBeNull();
    expect(queryFromUrl(new URLSearchParams("name=Ada&name=Ada&media_id=m"))).toEqual({ names: ["Ada"] });
  });
});

describe("names", () => {
  it("come and go", () => {
    expect(toggled(["Ada"], "dog")).toEqual(["Ada", "dog"]);
    expect(toggled(["Ada", "dog"], "Ada")).toEqual(["dog"]);
    expect(tidy(Array.from({ length: 20 }, (_, one) => `n${one}`))).toHaveLength(8);
  });
});

describe("boxes", () => {
  const lanes: Lane[] = [
    {
      kind: "person",
      name: "Ada",
      known: true,
      score: 0.9,
      appearances: [{ segment: 1, start: 1, end: 3, score: 0.9, boxes: [box(1, 0.1), box(1.5, 0.2), box(2.5, 0.3)] }],
    },
    { kind: "class", name: "dog", known: false, score: 0.8, appearances: [{ segment: 2, start: 0, end: 9, score: 0.8, boxes: [box(0, 0.5)] }] },
  ];

  it("are those of the frame that was looked at last", () => {
    expect(boxesAt(lanes, 1.7, 0.5).map((one) => [one.name, one.x])).toEqual([["Ada", 0.2]]);
    expect(boxesAt(lanes, 0.4, 0.5).map((one) => [one.name, one.x])).toEqual([["dog", 0.5]]);
  });

  it("end with their appearance", () => {
    expect(boxesAt(lanes, 3.2, 0.5)).toEqual([]);
  });
});
