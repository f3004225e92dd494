import styles from "./Progress.module.css";

/** How far something is: `value` of `max`, or null if nobody knows yet. */
export function Progress({ label, value, max }: { label: string; value: number | null; max: number }) {
  return (
    <progress
      className={styles["progress"]}
      aria-label={label}
      max={Math.max(max, 1)}
      {...(value === null ? {} : { value })}
    />
  );
}
