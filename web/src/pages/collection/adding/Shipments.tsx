import { useState } from "react";

import { type Collection, type Job, ended } from "../../../api/types";
import { uploads, useShipments } from "../../../api/uploads";
import { texts } from "../../../texts";
import { Button } from "../../../ui";
import { JobCard } from "../../jobs/JobCard";
import styles from "./Adding.module.css";
import { ShipmentCard } from "./ShipmentCard";
import { dismiss, dismissed } from "./dismissed";
import { useAdding } from "./useAdding";
import { useJobsHere } from "./useJobsHere";

/** What is on its way into a collection: uploads of this tab, and jobs that work on it, whoever began them. */
export function Shipments({ collection }: { collection: Collection }) {
  const shipments = useShipments(collection.application, collection.name);
  const jobs = useJobsHere(collection);
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
  const over = new Set(jobs.filter(ended).map((job) => job.id));
  const finished = shipments.filter((one) => !["sending", "interrupted"].includes(one.state) && (one.job === null || over.has(one.job)));

  function hide(): void {
    for (const one of finished) uploads.dismiss(one.id);
    setHidden(dismiss([...over].filter((id) => mine.has(id) || shown.has(id))));
  }

  if (!shipments.length && !others.length) return null;
  return (
    <section className={styles["shipments"]} aria-label={texts.adding.list}>
      {shipments.map((one) => (
        <ShipmentCard key={one.id} shipment={one} onAdd={add} />
      ))}
      {others.map((id) => (
        <JobCard key={id} job={id} variant="compact" />
      ))}
      {(finished.length > 0 || others.some((id) => over.has(id))) && (
        <div className={styles["hide"]}>
          <Button kind="quiet" onClick={hide}>
            {texts.adding.hide}
          </Button>
        </div>
      )}
    </section>
  );
}

function troubled(job: Job): boolean {
  return ended(job) && (job.failed > 0 || job.state === "failed");
}
