/** How many scores lie in each of `size` equal steps from the least to the greatest. */
export function histogram(scores: readonly number[], size: number): number[] {
  const counts = new Array<number>(size).fill(0);
  const [least, greatest] = range(scores);
  const width = (greatest - least) / size || 1;
  for (const one of scores) {
    const at = Math.min(Math.floor((one - least) / width), size - 1);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/** The least and the greatest. */
export function range(scores: readonly number[]): [number, number] {
  return [Math.min(...scores), Math.max(...scores)];
}
