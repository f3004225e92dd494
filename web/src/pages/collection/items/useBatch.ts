import { useEffect, useRef, useState } from "react";

import { type Progress, doEach } from "./batch";

interface Batch<T> extends Progress<T> {
  /** How many there are in all; 0 before it began. */
  total: number;
  running: boolean;
}

const FRESH = { done: [], failed: [], total: 0, running: false };

/** Something that is done to many, with what is needed to show it, to stop it, and to do again what failed. */
export function useBatch<T>(work: (one: T) => Promise<unknown>, onEnd: (progress: Progress<T>) => void) {
  const [batch, setBatch] = useState<Batch<T>>(FRESH);
  const stopping = useRef(new AbortController());
  // Who leaves the page begins nothing more.
  useEffect(() => () => stopping.current.abort(), []);

  async function run(all: readonly T[], before: readonly T[] = []): Promise<void> {
    stopping.current = new AbortController();
    const whole = ({ done, failed }: Progress<T>): Progress<T> => ({ done: [...before, ...done], failed });
    const total = before.length + all.length;
    setBatch({ ...whole({ done: [], failed: [] }), total, running: true });
    const tell = (progress: Progress<T>): void => setBatch({ ...whole(progress), total, running: true });
    const end = whole(await doEach(all, work, tell, stopping.current.signal));
    setBatch({ ...end, total, running: false });
    onEnd(end);
  }

  return {
    ...batch,
    start: (all: readonly T[]) => void run(all),
    retry: () => void run(batch.failed.map((one) => one.of), batch.done),
    stop: () => stopping.current.abort(),
  };
}
