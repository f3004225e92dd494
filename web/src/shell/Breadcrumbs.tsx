import { Link } from "wouter";

import { texts } from "../texts";
import { ChevronIcon } from "../ui/icons";
import styles from "./Breadcrumbs.module.css";

interface Crumb {
  label: string;
  /** Where it leads, if there is a page of its own; the last crumb is where we are. */
  href?: string;
}

export function Breadcrumbs({ crumbs }: { crumbs: Crumb[] }) {
  return (
    <nav aria-label={texts.crumbs}>
      <ol className={styles["crumbs"]}>
        {crumbs.map(({ label, href }, at) => (
          <li key={at}>
            {href ? (
              <Link href={href}>{label}</Link>
            ) : (
              <span aria-current={at === crumbs.length - 1 ? "page" : undefined}>{label}</span>
            )}
            {at < crumbs.length - 1 && <ChevronIcon size={12} />}
          </li>
        ))}
      </ol>
    </nav>
  );
}
