import { expect, it } from "vitest";

import { queryFromUrl, queryOf, queryToUrl } from "./query";

it("finds a query again in an address, and survives any", () => {
  expect(queryFromUrl(queryToUrl({ text: "a space adventure" }))).toEqual({ text: "a space adventure" });
  expect(queryFromUrl(queryToUrl({ item_id: "x" }))).toEqual({ item_id: "x" });
  expect(queryFromUrl(new URLSearchParams("text=%20&item_id="))).toBeNull();
  expect(queryOf("a".repeat(5000))?.text).toHaveLength(4000);
});
