import type { Recommended } from "../../api/recommendations";

export interface ShelfOf {
  /** The liked item that is the main reason of all that stands on it; null on the first shelf, of the best. */
  reason: { id: string; name: string } | null;
  items: readonly Recommended[];
}

const SHELVES = 3;
const LEAST = 3;

/** The best `first` ones, and shelves of those behind them that have the same main reason, the fullest first. */
export function shelve(found: readonly Recommended[], first: number): ShelfOf[] {
  const rest = new Map<string, { name: string; items: Recommended[] }>();
  for (const one of found.slice(first)) {
    const reason = one.because[0];
    if (!reason) continue;
    const shelf = rest.get(reason.item_id) ?? { name: reason.name, items: [] };
    shelf.items.push(one);
    rest.set(reason.item_id, shelf);
  }
  const full = [...rest].filter(([, { items }]) => items.length >= LEAST);
  full.sort(([, one], [, other]) => other.items.length - one.items.length);
  return [
    { reason: null, items: found.slice(0, first) },
    ...full.slice(0, SHELVES).map(([id, { name, items }]) => ({ reason: { id, name }, items })),
  ];
}
