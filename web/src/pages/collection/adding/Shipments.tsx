import { useState } from "react";

import { type Collection, type Job, ended } from "../../../api/types";
import { uploads, useShipments } from "../../../api/uploads";
import { texts } from "../../../texts";
import { JobCard } from "../../jobs/JobCard";
import styles from "./Adding.module.css";
import { ShipmentCard } from "./ShipmentCard";
import { dismiss, dismissed } from "./dismissed";
import { useAdding } from "./useAdding";
import { useJobsHere } from "./useJobsHere";

/** What is on its way into a collection: uploads of this tab, and jobs that work on it, whoever began them. */
export function Shipments({ collection }: { collection: Collection }) {
  const shipments = useShipments(collection.application, collection.name);
  const jobs = useJobsHere(collection) ?? [];
  const add = useAdding(collection);
  const [hidden, setHidden] = useState(dismissed);
  const [seen, setSeen] = useState<readonly string[]>([]);
  const fresh = jobs.filter((job) => !ended(job) && !seen.includes(job.id));
  if (fresh.length) setSeen([...fresh.map((job) => job.id), ...seen]);

  const mine = new Set(shipments.map((one) => one.job));
  const shown = new Set(seen);
  // Also who comes later shall learn what became of the newest job, if not all went well.
  const newest = jobs[0];
  if (newest && troubled(newest)) shown.add(newest.id);
  const others = [...shown].filter((id) => !mine.has(id) && !hidden.includes(id));

  function hide(job: string | null, shipment?: number): void {
    if (shipment !== undefined) uploads.dismiss(shipment);
    if (job) setHidden(dismiss([job]));
  }

  if (!shipments.length && !others.length) return null;
  return (
    <section className={styles["shipments"]} aria-label={texts.adding.list}>
      {shipments.map((one) => (
        <ShipmentCard key={one.id} shipment={one} onAdd={add} onHide={() => hide(one.job, one.id)} />
      ))}
      {others.map((id) => (
        <JobCard key={id} job={id} variant="compact" onHide={() => hide(id)} />
      ))}
    </section>
  );
}

function troubled(job: Job): boolean {
  return ended(job) && (job.failed > 0 || job.state === "failed");
}
