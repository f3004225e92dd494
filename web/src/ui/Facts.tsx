import type { ReactNode } from "react";

import { named } from "../texts";
import styles from "./Facts.module.css";

/** What is known of something, a `Fact` a line; `ruled` has lines between them, for what is read one by one. */
export function Facts({ ruled = false, busy, children }: { ruled?: boolean; busy?: boolean; children: ReactNode }) {
  return (
    <dl className={`${styles["facts"] ?? ""} ${(ruled && styles["ruled"]) || ""}`} aria-busy={busy}>
      {children}
    </dl>
  );
}

/** A name as people write it: the fields of items are called `sample_rate` and the like. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{named(name)}</dt>
      <dd className="figures">{children}</dd>
    </div>
  );
}
