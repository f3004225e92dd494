import { useEffect } from "react";

import { texts } from "../texts";

/** The title of the window: screen readers say it when the page changes. */
export function usePageTitle(title?: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ${texts.product}` : texts.product;
  }, [title]);
}
