import type { ReactNode } from "react";

import styles from "./EmptyState.module.css";

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
  /** What to do now. */
  action?: ReactNode;
  kind?: "calm" | "failed";
}

/** Stands where content would be, says why there is none, and what to do about it. */
export function EmptyState({ icon, title, children, action, kind = "calm" }: EmptyStateProps) {
  return (
    <div className={`${styles["empty"] ?? ""} ${styles[kind] ?? ""}`} role={kind === "failed" ? "alert" : undefined}>
      {icon && <div className={styles["icon"]}>{icon}</div>}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}
