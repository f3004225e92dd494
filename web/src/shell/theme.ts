import { useSyncExternalStore } from "react";

const NAME = "findalike.theme";

export const THEMES = ["light", "dark", "system"] as const;
type Theme = (typeof THEMES)[number];

const listeners = new Set<() => void>();

function stored(): Theme {
  const found = localStorage.getItem(NAME);
  return THEMES.find((one) => one === found) ?? "system";
}

function apply(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

/** Before the first paint: what the user chose last time. */
export function restoreTheme(): void {
  apply(stored());
}

function choose(theme: Theme): void {
  localStorage.setItem(NAME, theme);
  apply(theme);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The chosen appearance, the same wherever it is shown. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, stored), choose];
}
