import { reason } from "../../../api/problem";
import type { Item } from "../../../api/types";
import { texts } from "../../../texts";
import { Progress as Bar } from "../../../ui";
import styles from "./BatchReport.module.css";
import { nameOf } from "./ItemCard";
import type { Progress } from "./batch";

const SHOWN = 100;

interface BatchReportProps extends Progress<Item> {
  /** What is done to them, for screen readers. */
  label: string;
  total: number;
  running: boolean;
  /** What to say while it runs. */
  doing: (settled: number, total: number) => string;
}

/** How far something is that is done to many items, and with which it failed. */
export function BatchReport({ label, total, running, done, failed, doing }: BatchReportProps) {
  const settled = done.length + failed.length;
  return (
    <div className={styles["report"]}>
      {running && (
        <>
          <Bar label={label} value={settled} max={total} />
          <p className="figures">{doing(settled, total)}</p>
        </>
      )}
      {failed.length > 0 && (
        <section role="alert" className={styles["failed"]}>
          <h3>{texts.items.failedFor(failed.length)}</h3>
          <ul>
            {failed.slice(0, SHOWN).map(({ of, why }) => (
              <li key={of.id}>
                <b>{nameOf(of)}</b> <span>{reason(why)}</span>
              </li>
            ))}
            {failed.length > SHOWN && <li>{texts.items.moreFailed(failed.length - SHOWN)}</li>}
          </ul>
        </section>
      )}
    </div>
  );
}
