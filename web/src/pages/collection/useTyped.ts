import { useEffect, useRef, useState } from "react";

const SETTLED = 700;

/**
 * What is being typed, until the address says it.
 *
 * It holds for the address it was typed at: going back, or any other search, ends it. When the typing pauses,
 * `settle` is called; `again` says that the address of now came from typing too, so that it may be replaced: a word
 * is one step to go back, not one for every key.
 */
export function useTyped<T>(address: string, settle: (value: T, again: boolean) => string) {
  const [typed, setTyped] = useState<{ value: T; at: string } | null>(null);
  const written = useRef<string | null>(null);
  const current = typed?.at === address ? typed : null;
  const latest = useRef(settle);

  useEffect(() => {
    latest.current = settle;
  });
  useEffect(() => {
    if (!current) return;
    const timer = setTimeout(() => {
      written.current = latest.current(current.value, written.current === current.at);
      setTyped(null);
    }, SETTLED);
    return () => clearTimeout(timer);
  }, [current]);

  return {
    current,
    type: (value: T) => setTyped({ value, at: address }),
    /** The typing is over: what comes next is another step. Returns the address as it is now. */
    end: (): string => {
      const now = current ? settle(current.value, written.current === address) : address;
      written.current = null;
      setTyped(null);
      return now;
    },
  };
}
