import type { KeyboardEvent } from "react";
import { Link, useLocation } from "wouter";

import styles from "./Tabs.module.css";

interface Tab {
  href: string;
  /** What else stands in its address, after the "?". */
  query?: string;
  label: string;
}

/**
 * Parts of one thing, each with an address of its own; so they are links, and going back works. Arrows, Home and End
 * move among them; as they are links, the tabulator comes to each of them, too.
 */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const [location] = useLocation();
  return (
    // The keys are heard of here, and pressed on the links.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav aria-label={label} className={styles["tabs"]} onKeyDown={move}>
      {tabs.map((tab) => (
        <Link
          key={tab.href}
          href={tab.query ? `${tab.href}?${tab.query}` : tab.href}
          className={styles["tab"]}
          aria-current={location === tab.href ? "page" : undefined}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

function move(event: KeyboardEvent<HTMLElement>): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const links = [...event.currentTarget.querySelectorAll("a")];
  const at = links.findIndex((one) => one === document.activeElement);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: links.length - 1 }[event.key];
  if (at < 0 || next === undefined) return;
  event.preventDefault();
  links.at(next % links.length)?.focus();
}
