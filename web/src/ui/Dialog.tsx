import { type ReactNode, useId, useLayoutEffect, useRef } from "react";

import { texts } from "../texts";
import { IconButton } from "./Button";
import styles from "./Dialog.module.css";
import { CloseIcon } from "./icons";

interface DialogProps {
  title: ReactNode;
  onClose: () => void;
  children: ReactNode;
  /** What stands beside the button that closes it. */
  tools?: ReactNode;
  /** How wide it may get. */
  size?: "normal" | "wide";
}

/**
 * A modal dialog: render it to open it. The focus begins in its form, if it has one. The browser keeps the focus
 * inside, closes it at Escape, and gives the focus back to where it was.
 */
export function Dialog({ title, onClose, children, tools, size = "normal" }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // A layout effect ends while the dialog is still in the page: only then the focus goes back.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element && !element.open) {
      element.showModal();
      // The browser would begin at the button that closes it.
      element.querySelector<HTMLElement>("form :is(input, select, textarea)")?.focus();
    }
    return () => element?.close();
  }, []);
  return (
    // Escape closes it for the keyboard; a click beside it is only a short cut of the pointer.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions, jsx-a11y/click-events-have-key-events
    <dialog
      ref={dialog}
      className={`${styles["dialog"] ?? ""} ${styles[size] ?? ""}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        // React lets it rise from a dialog inside this one, too.
        if (event.target !== dialog.current) return;
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <div className={styles["body"]}>
        <header className={styles["head"]}>
          <h2 id={heading}>{title}</h2>
          <div className={styles["tools"]}>
            {tools}
            <IconButton label={texts.close} onClick={onClose}>
              <CloseIcon />
            </IconButton>
          </div>
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** The buttons at the end of a dialog. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className={styles["actions"]}>{children}</footer>;
}
