/** Which items are selected, and from where a range goes on. */
interface Selection {
  ids: ReadonlySet<string>;
  /** Where a range begins. */
  anchor: string | null;
  /** What was selected before that range: it stays when the range shrinks. */
  before: ReadonlySet<string>;
}

export const nothing: Selection = { ids: new Set(), anchor: null, before: new Set() };

/** Select one more, or one less; ranges begin here. */
export function toggled(selection: Selection, id: string): Selection {
  const ids = new Set(selection.ids);
  if (!ids.delete(id)) ids.add(id);
  return { ids, anchor: id, before: ids };
}

/**
 * Select from the anchor to an item, in the order of the list: what an earlier range from the same anchor had beyond
 * that is let go. `from` is the anchor where there is none in the list.
 */
export function extended(selection: Selection, id: string, order: readonly string[], from: string = id): Selection {
  const kept = selection.anchor !== null && order.includes(selection.anchor) ? selection.anchor : null;
  const before = kept === null ? selection.ids : selection.before;
  const anchor = kept ?? from;
  const [first = -1, last = -1] = [order.indexOf(anchor), order.indexOf(id)].sort((one, other) => one - other);
  if (first < 0) return toggled(selection, id);
  return { ids: new Set([...before, ...order.slice(first, last + 1)]), anchor, before };
}

/** All of a list. */
export function everything(order: readonly string[]): Selection {
  const ids = new Set(order);
  return { ids, anchor: null, before: ids };
}

/** Without items that are there no more. */
export function without(selection: Selection, gone: readonly string[]): Selection {
  const ids = new Set(selection.ids);
  for (const id of gone) ids.delete(id);
  const anchor = selection.anchor !== null && ids.has(selection.anchor) ? selection.anchor : null;
  return { ids, anchor, before: ids };
}
