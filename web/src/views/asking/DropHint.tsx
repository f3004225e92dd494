import type { ReactNode } from "react";

import styles from "./DropHint.module.css";

/** Says what happens to the files that hover over the page; those who cannot see them hover need no telling. */
export function DropHint({ icon, children }: { icon: ReactNode; children: string }) {
  return (
    <div className={styles["hint"]} aria-hidden="true">
      <p>
        {icon}
        {children}
      </p>
    </div>
  );
}
