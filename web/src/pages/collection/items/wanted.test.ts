import { describe, expect, it } from "vitest";

import { paramsOf, wantedOf } from "./wanted";

describe("which items", () => {
  it("are in the address, without what is usual", () => {
    expect(paramsOf(wantedOf(new URLSearchParams())).toString()).toBe("");
    const wanted = { filter: 'place == "Lisbon"', order: "name" };
    expect(wantedOf(paramsOf(wanted))).toEqual(wanted);
  });
});
