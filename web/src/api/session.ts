import { useSyncExternalStore } from "react";

const NAME = "findalike.key-name";

/** Whether the server asked for a key, and the name of the key of the session (never the key itself). */
interface SessionState {
  wanted: boolean;
  name: string | null;
}

let state: SessionState = { wanted: false, name: localStorage.getItem(NAME) };
const listeners = new Set<() => void>();

function change(next: SessionState): void {
  state = next;
  if (next.name === null) localStorage.removeItem(NAME);
  else localStorage.setItem(NAME, next.name);
  for (const listener of listeners) listener();
}

export function signInWanted(): void {
  if (!state.wanted) change({ wanted: true, name: null });
}

export function signedIn(name: string): void {
  change({ wanted: false, name });
}

export function useSession(): SessionState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/** A server as programs are told of it: they read its API key from the environment if it wants one. */
export interface Server {
  address: string;
  locked: boolean;
}

/** The server of this page. */
export function useServer(): Server {
  return { address: location.origin, locked: useSession().name !== null };
}
