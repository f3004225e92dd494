import { useEffect, useState } from "react";

import { type Palette, paletteOf } from "./colours";

/** The colours of the map, also after the theme has changed. */
export function usePalette(): Palette {
  const [palette, setPalette] = useState(() => paletteOf(document.body));
  useEffect(() => {
    const read = (): void => setPalette(paletteOf(document.body));
    const system = matchMedia("(prefers-color-scheme: dark)");
    const chosen = new MutationObserver(read);
    system.addEventListener("change", read);
    chosen.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => {
      system.removeEventListener("change", read);
      chosen.disconnect();
    };
  }, []);
  return palette;
}
