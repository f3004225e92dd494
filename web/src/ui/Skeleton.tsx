import styles from "./Skeleton.module.css";

/** Keeps the place of what is being loaded; the sizes are CSS lengths. Whoever shows it says so to screen readers. */
export function Skeleton({ width = "100%", height }: { width?: string; height: string }) {
  return <div className={styles["skeleton"]} style={{ inlineSize: width, blockSize: height }} aria-hidden="true" />;
}
