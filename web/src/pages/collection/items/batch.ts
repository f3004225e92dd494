/** What could not be done, and why. */
interface Failure<T> {
  of: T;
  why: unknown;
}

/** How far something is that is done to many. */
export interface Progress<T> {
  done: readonly T[];
  failed: readonly Failure<T>[];
}

const LANES = 4;

/**
 * Do something to each of many, a few at a time. One that fails stops nobody; after `signal` none is begun. Tells how
 * far it is after each, and answers how it ended.
 */
export async function doEach<T>(
  all: readonly T[],
  work: (one: T) => Promise<unknown>,
  onProgress: (progress: Progress<T>) => void,
  signal: AbortSignal,
): Promise<Progress<T>> {
  const waiting = [...all];
  let progress: Progress<T> = { done: [], failed: [] };
  async function lane(): Promise<void> {
    for (let one = waiting.shift(); one !== undefined && !signal.aborted; one = waiting.shift()) {
      try {
        await work(one);
        progress = { ...progress, done: [...progress.done, one] };
      } catch (why) {
        progress = { ...progress, failed: [...progress.failed, { of: one, why }] };
      }
      onProgress(progress);
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
  return progress;
}
