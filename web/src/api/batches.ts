const FILES = 50;
const BYTES = 32 * 1024 * 1024;

/** Group things to send, in order, so that a request stays small; what is larger than that goes alone. */
export function batches<T extends { size: number }>(all: readonly T[], files = FILES, bytes = BYTES): T[][] {
  const found: T[][] = [];
  let batch: T[] = [];
  let size = 0;
  for (const one of all) {
    if (batch.length && (batch.length >= files || size + one.size > bytes)) {
      found.push(batch);
      batch = [];
      size = 0;
    }
    batch.push(one);
    size += one.size;
  }
  if (batch.length) found.push(batch);
  return found;
}

/** How much of each thing of a batch has left, when `sent` of all has: they leave one after another. */
export function shares(sizes: readonly number[], sent: number): number[] {
  let left = sent;
  return sizes.map((size) => {
    const part = Math.min(size, Math.max(0, left));
    left -= size;
    return size ? part / size : left >= 0 ? 1 : 0;
  });
}
