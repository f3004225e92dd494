const PLACE = "findalike.dismissed-jobs";
const KEPT = 100;

/** The jobs that somebody has seen enough of, in this browser. */
export function dismissed(): string[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return Array.isArray(found) ? found.map(String) : [];
  } catch {
    return [];
  }
}

/** Remember jobs as dismissed, also in other tabs and after a reload. */
export function dismiss(ids: readonly string[]): string[] {
  const all = [...new Set([...ids, ...dismissed()])].slice(0, KEPT);
  localStorage.setItem(PLACE, JSON.stringify(all));
  return all;
}
