import { type ReactNode, createContext, useCallback, useContext, useMemo, useRef, useState } from "react";

import { texts } from "../texts";
import { IconButton } from "./Button";
import styles from "./Toast.module.css";
import { AlertIcon, CheckIcon, CloseIcon } from "./icons";

type Kind = "done" | "failed";

interface Toast {
  id: number;
  kind: Kind;
  text: string;
}

type Show = (kind: Kind, text: string) => void;

const Context = createContext<Show | null>(null);

const STAY = 6_000;

/** Shows a short message that goes away by itself; a failure stays until it is dismissed. */
export function useToast(): Show {
  const show = useContext(Context);
  if (!show) throw new Error("useToast needs a Toasts around it.");
  return show;
}

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const dismiss = useCallback((id: number) => setToasts((all) => all.filter((one) => one.id !== id)), []);
  const show = useCallback<Show>(
    (kind, text) => {
      const id = next.current++;
      setToasts((all) => [...all.filter((one) => one.text !== text), { id, kind, text }]);
      if (kind === "done") setTimeout(() => dismiss(id), STAY);
    },
    [dismiss],
  );
  const list = useMemo(
    () =>
      toasts.map((toast) => (
        <div key={toast.id} className={`${styles["toast"] ?? ""} ${styles[toast.kind] ?? ""}`}>
          {toast.kind === "done" ? <CheckIcon /> : <AlertIcon />}
          <p>{toast.text}</p>
          <IconButton label={texts.dismiss} onClick={() => dismiss(toast.id)}>
            <CloseIcon size={16} />
          </IconButton>
        </div>
      )),
    [toasts, dismiss],
  );
  return (
    <Context value={show}>
      {children}
      <div className={styles["toasts"]} role="status" aria-live="polite">
        {list}
      </div>
    </Context>
  );
}
