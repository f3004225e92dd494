import { useLocation } from "wouter";
import { useSearch as useAddressQuery } from "wouter/use-browser-location";

// The page's own name in the address, beside those of a query.
const ITEM = "item";

/** The item that the address opens in a dialog, over whatever else the address says. */
interface OpenItem {
  id: string | null;
  /** The rest of the address, after the "?". */
  params: URLSearchParams;
  /** Open another, or none; `params` stands for the rest if that changes too. */
  show: (id: string | null, params?: URLSearchParams) => void;
}

export function useOpenItem(): OpenItem {
  const [path, navigate] = useLocation();
  // The browser's own, since what is unescaped twice would spoil a "%".
  const params = new URLSearchParams(useAddressQuery());
  const id = params.get(ITEM);
  params.delete(ITEM);

  function show(next: string | null, rest = params): void {
    const wanted = new URLSearchParams(rest);
    if (next !== null) wanted.set(ITEM, next);
    // One step to go back, however many items are looked at.
    navigate(wanted.size > 0 ? `${path}?${wanted}` : path, { replace: id !== null && next !== null });
  }

  return { id, params, show };
}
