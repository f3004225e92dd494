import { expect, it } from "vitest";

import { Problem, mayPass } from "./problem";

it("carries what the server says, also of single fields", () => {
  const body = { detail: "filter: no such field.", errors: [{ field: "filter", detail: "no such field." }] };
  const problem = Problem.parse(422, JSON.stringify(body));
  expect(problem.message).toBe("filter: no such field.");
  expect(problem.fields.get("filter")).toBe("no such field.");
});

it.each(["<html>Bad gateway</html>", "", "null", "[]"])("says the status if the body is %j", (body) => {
  expect(Problem.parse(502, body).message).toContain("502");
});

it.each([
  [0, true],
  [429, true],
  [500, true],
  [503, true],
  [422, false],
  [404, false],
  [410, false],
])("knows whether what failed with %d is worth another try", (status, worth) => {
  expect(mayPass(new Problem(status, "It did not work."))).toBe(worth);
});
