import { useState } from "react";

const NAME = "findalike.theme";

export const THEMES = ["light", "dark", "system"] as const;
export type Theme = (typeof THEMES)[number];

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

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(stored);
  return [
    theme,
    (chosen) => {
      localStorage.setItem(NAME, chosen);
      apply(chosen);
      setTheme(chosen);
    },
  ];
}
