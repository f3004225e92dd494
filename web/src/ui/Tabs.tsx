import { Link, useLocation } from "wouter";

import styles from "./Tabs.module.css";

interface Tab {
  href: string;
  /** What else stands in its address, after the "?". */
  query?: string;
  label: string;
}

/** Parts of one thing, each with an address of its own; so they are links, and going back works. */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const [location] = useLocation();
  return (
    <nav aria-label={label} className={styles["tabs"]}>
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
