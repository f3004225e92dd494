import { useEffect, useRef } from "react";
import { useLocation } from "wouter";
import { useSearch as useAddressQuery } from "wouter/use-browser-location";

// The page's own names in the address, beside those of a query.
const ITEM = "item";
const AT = "at";

// The state of an entry of the history that opened an item over the page before it: going back closes it.
const OVER = "over";

/** The item that the address opens in a dialog, over whatever else the address says. */
interface OpenItem {
  id: string | null;
  /** The number of the part of it to begin at; null begins where its view thinks best. */
  at: number | null;
  /** The rest of the address, after the "?". */
  params: URLSearchParams;
  /** Open another, or none, at a part of it; `params` stands for the rest of the address if that changes too. */
  show: (id: string | null, at?: number, params?: URLSearchParams) => void;
  /** Leave for another address; an item that is open closes, and going back does not open it again. */
  go: (address: string) => void;
}

export function useOpenItem(): OpenItem {
  const [path, navigate] = useLocation();
  // The browser's own, since what is unescaped twice would spoil a "%".
  const params = new URLSearchParams(useAddressQuery());
  const id = params.get(ITEM);
  const part = params.get(AT) ?? "";
  const at = /^\d{1,9}$/.test(part) ? Number(part) : null;
  params.delete(ITEM);
  params.delete(AT);
  const leaving = useRef(false);
  useEffect(() => {
    leaving.current = false;
  }, [id]);

  function show(next: string | null, part?: number, rest = params): void {
    if (next === null && isOver()) {
      // The browser takes its time: closing twice must not go back two steps.
      if (!leaving.current) history.back();
      leaving.current = true;
      return;
    }
    const wanted = new URLSearchParams(rest);
    if (next !== null) wanted.set(ITEM, next);
    if (next !== null && part !== undefined) wanted.set(AT, String(part));
    // One step to go back, however many items are looked at.
    navigate(wanted.size > 0 ? `${path}?${wanted}` : path, {
      replace: id !== null,
      state: next !== null && (id === null || isOver()) ? OVER : null,
    });
  }

  function go(address: string): void {
    const over = isOver();
    // What its address opened leaves the page below it behind.
    if (id !== null && !over) show(null);
    navigate(address, { replace: over });
  }

  return { id, at, params, show, go };
}

function isOver(): boolean {
  return history.state === OVER;
}
