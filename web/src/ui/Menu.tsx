import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";

import { IconButton } from "./Button";
import styles from "./Menu.module.css";
import { CheckIcon } from "./icons";

interface MenuItem {
  key: string;
  label: string;
  icon?: ReactNode;
  /** For a choice among items: whether this one holds. */
  chosen?: boolean;
  onChoose: () => void;
}

/** A button that opens a list of actions or choices; arrows move in it. */
export function Menu({ label, icon, items }: { label: string; icon: ReactNode; items: MenuItem[] }) {
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const id = useId();

  function buttons(): HTMLButtonElement[] {
    return [...(list.current?.querySelectorAll("button") ?? [])];
  }

  function move(event: KeyboardEvent): void {
    const all = buttons();
    const at = all.findIndex((one) => one === document.activeElement);
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  }

  return (
    <div className={styles["menu"]}>
      <IconButton label={label} aria-haspopup="menu" aria-expanded={open} popoverTarget={id}>
        {icon}
      </IconButton>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="menu"
        tabIndex={-1}
        aria-label={label}
        className={styles["list"]}
        onKeyDown={move}
        onToggle={(event) => {
          setOpen(event.newState === "open");
          if (event.newState === "open") (buttons().find((one) => one.ariaChecked === "true") ?? buttons()[0])?.focus();
        }}
      >
        {items.map((item) => (
          <button
            key={item.key}
            type="button"
            role={item.chosen === undefined ? "menuitem" : "menuitemradio"}
            aria-checked={item.chosen}
            tabIndex={-1}
            className={styles["item"]}
            onClick={() => {
              list.current?.hidePopover();
              item.onChoose();
            }}
          >
            {item.icon}
            {item.label}
            {item.chosen && (
              <span className={styles["check"]}>
                <CheckIcon size={16} />
              </span>
            )}
          </button>
        ))}
      </div>
    </div>
  );
}
