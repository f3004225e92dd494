import { expect, it } from "vitest";

import { addressOf, wantedOf } from "./address";

it("keeps in the address which jobs are wanted", () => {
  const wanted = { application: "image-search", state: "running" } as const;
  expect(addressOf(wanted)).toBe("/jobs?application=image-search&state=running");
  expect(wantedOf(new URLSearchParams("application=image-search&state=running"))).toEqual(wanted);
  expect(addressOf({})).toBe("/jobs");
});

it("overlooks what an address cannot mean", () => {
  expect(wantedOf(new URLSearchParams("state=dancing&application=&limit=5"))).toEqual({});
});
