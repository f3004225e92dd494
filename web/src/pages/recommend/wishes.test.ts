import { describe, expect, it } from "vitest";

import { fromAddress, toAddress } from "./wishes";

const ONE = "a".repeat(64);
const TWO = "b".repeat(64);

describe("wishes", () => {
  it("come back from their address", () => {
    const wishes = {
      user: "196",
      liked: [
        { id: ONE, weight: 1 },
        { id: TWO, weight: -1.5 },
      ],
      diversity: 0.4,
    };
    expect(fromAddress(toAddress(wishes))).toEqual(wishes);
    expect(toAddress({ user: null, liked: [], diversity: 0 }).toString()).toBe("");
  });

  it("survive any address", () => {
    const params = new URLSearchParams(`like=x&like=${ONE}*NaN&like=${TWO}*99&diversity=-3&user=`);
    expect(fromAddress(params)).toEqual({
      user: null,
      liked: [
        { id: ONE, weight: 1 },
        { id: TWO, weight: 3 },
      ],
      diversity: 0,
    });
  });
});
