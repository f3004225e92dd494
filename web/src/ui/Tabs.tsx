import { Link } from "wouter";

import styles from "./Tabs.module.css";

export interface Tab {
  href: string;
  label: string;
  current: boolean;
}

/** Parts of one thing, each with an address of its own; so they are links, and going back works. */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav aria-label={label} className={styles["tabs"]}>
      {tabs.map((tab) => (
        <Link
          key={tab.label}
          href={tab.href}
          className={styles["tab"]}
          aria-current={tab.current ? "page" : undefined}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}
