import { describe, expect, it } from "vitest";

import type { Job } from "../../api/types";
import { againOf, factsOf, known, lookOf, muchLeft, spoken, tookOf } from "./job";

function job(part: Partial<Job>): Job {
  return {
    id: "a",
    kind: "ingest",
    application: "image-search",
    collection: "holiday",
    state: "running",
    open: false,
    cancelling: false,
    total: 1000,
    done: 0,
    failed: 0,
    skipped: 0,
    rate: null,
    remaining_seconds: null,
    detail: null,
    vector: null,
    created_at: "2025-01-01T10:00:00Z",
    started_at: null,
    finished_at: null,
    links: { self: "", events: "", errors: "" },
    ...part,
  };
}

describe("a job in words", () => {
  it("says how far, how fast and how long while it runs", () => {
    const running = job({ done: 500, skipped: 20, rate: 41.25, remaining_seconds: 12 });
    expect(factsOf(running)).toEqual(["520 of 1,000", "20 skipped, already there", "41.3/s", "about 12 s left"]);
  });

  it("says nothing of how far it is before it knows what an archive holds", () => {
    const archive = job({ total: 1, open: true });
    expect(known(archive)).toBe(false);
    expect(factsOf(archive)).toEqual(["More may follow"]);
  });

  it("says what is missing of a cancelled one", () => {
    expect(factsOf(job({ state: "cancelled", done: 3 }))).toEqual(["3 done", "of 1,000 entries"]);
    expect(factsOf(job({ kind: "map", done: 54, total: 100, rate: 3 }))).toEqual(["54 %"]);
    expect(factsOf(job({ kind: "train", done: 54, total: 100, rate: 3 }))).toEqual(["54 %"]);
    expect(factsOf(job({ kind: "map", done: 100, total: 100, state: "succeeded" }))).toEqual([]);
  });

  it("looks mixed if it succeeded with failures", () => {
    expect(lookOf(job({ state: "succeeded", done: 1, failed: 1 }))).toBe("mixed");
    expect(lookOf(job({ state: "succeeded", failed: 1 }))).toBe("bad");
    expect(lookOf(job({ state: "succeeded" }))).toBe("good");
  });

  it("speaks at every quarter only", () => {
    const said = new Set(Array.from({ length: 1000 }, (_, done) => spoken(job({ done }), "Adding items")));
    expect(said.size).toBe(4);
  });
});

describe("what can be done about a job", () => {
  it("asks before cancelling only if much is left", () => {
    expect(muchLeft(job({ done: 899 }))).toBe(true);
    expect(muchLeft(job({ done: 900 }))).toBe(false);
  });

  it("runs again what failed or was left, and nothing else", () => {
    expect(againOf(job({ failed: 2 }))).toBeUndefined();
    expect(againOf(job({ state: "succeeded", done: 1000 }))).toBeUndefined();
    expect(againOf(job({ state: "succeeded", failed: 2 }))).toBe("Retry 2 failed");
    expect(againOf(job({ state: "cancelled" }))).toBe("Run the rest");
    expect(againOf(job({ state: "failed" }))).toBe("Run again");
  });

  it("took from its start to its end", () => {
    const times = { started_at: "2025-01-01T10:00:00Z", finished_at: "2025-01-01T10:01:30Z" };
    expect(tookOf(job(times))).toBe(90);
    expect(tookOf(job({}))).toBe(0);
  });
});
