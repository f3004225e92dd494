import { describe, expect, it } from "vitest";

import type { Application } from "../../api/types";
import { checked, emptyDraft } from "./draft";

const plain = { needs_dimension: false } as Application;
const readyMade = { needs_dimension: true } as Application;

describe("a new collection", () => {
  it("sends a dimension and a metric only where they are wanted", () => {
    const draft = { ...emptyDraft, name: "holiday", dimension: "64" };
    expect(checked(draft, plain, []).settings).not.toHaveProperty("dimension");
    expect(checked(draft, readyMade, []).settings).toMatchObject({ dimension: 64, metric: "COSINE" });
  });

  it.each(["", "0", "1.5", "40000", "many"])("refuses %j as a dimension", (dimension) => {
    expect(checked({ ...emptyDraft, name: "a", dimension }, readyMade, []).errors.has("dimension")).toBe(true);
  });

  it.each(["", "Holiday", "-a", "a b", "a".repeat(64)])("refuses %j as a name", (name) => {
    expect(checked({ ...emptyDraft, name }, plain, []).errors.has("name")).toBe(true);
  });

  it("refuses a name that is taken", () => {
    const fields = [{ id: 2, name: "year", type: "integer" as const }];
    const { settings, errors } = checked({ ...emptyDraft, name: "a", fields }, plain, ["a"]);
    expect([...errors.keys()]).toEqual(["name"]);
    expect(settings.fields).toEqual({ year: "integer" });
  });

  it.each(["", "1st", "a b"])("refuses %j as the name of a field", (name) => {
    const fields = [{ id: 1, name, type: "text" as const }];
    expect([...checked({ ...emptyDraft, name: "a", fields }, plain, []).errors.keys()]).toEqual(["fields"]);
  });
});
