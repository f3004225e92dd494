import { describe, expect, it } from "vitest";

import { doEach } from "./batch";

const all = Array.from({ length: 10 }, (_, number) => number);
const never = new AbortController().signal;

describe("doing something to many", () => {
  it("tells how far it is, and takes a few at a time", async () => {
    const steps: number[] = [];
    let busy = 0;
    let most = 0;
    const end = await doEach(
      all,
      async () => {
        most = Math.max(most, ++busy);
        await Promise.resolve();
        busy--;
      },
      ({ done }) => steps.push(done.length),
      never,
    );
    expect(steps).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...end.done].sort((one, other) => one - other)).toEqual(all);
    expect(most).toBe(4);
  });

  it("goes on after an error, and says which failed and why", async () => {
    const odd = (one: number): Promise<void> => (one % 2 ? Promise.reject(new Error(`${one} is odd`)) : Promise.resolve());
    const { done, failed } = await doEach(all, odd, () => undefined, never);
    expect(done).toEqual([0, 2, 4, 6, 8]);
    expect(failed.map((one) => [one.of, (one.why as Error).message])[0]).toEqual([1, "1 is odd"]);
    expect(failed).toHaveLength(5);
  });

  it("begins nothing more when it was stopped", async () => {
    const stop = new AbortController();
    const { done } = await doEach(
      all,
      async () => {
        await Promise.resolve();
        stop.abort();
      },
      () => undefined,
      stop.signal,
    );
    expect(done).toEqual([0, 1, 2, 3]);
  });
});
