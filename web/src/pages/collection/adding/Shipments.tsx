import { useEffect, useState } from "react";

import { useActiveJobs } from "../../../api/jobs";
import { type Sending, type Shipment, uploads, useShipments } from "../../../api/uploads";
import { bytes, number, texts } from "../../../texts";
import { Button, IconButton, Progress } from "../../../ui";
import { CloseIcon } from "../../../ui/icons";
import { JobCard } from "../../jobs/JobCard";
import styles from "./Adding.module.css";

const SHOWN = 100;

/** What is on its way into a collection: uploads of this tab, and jobs that work on it, whoever began them. */
export function Shipments({ application, collection }: { application: string; collection: string }) {
  const shipments = useShipments(application, collection);
  const { data: active = [] } = useActiveJobs();
  const mine = shipments.map((one) => one.job);
  const here = active.filter((job) => job.application === application && job.collection === collection);
  // Whoever saw a job at work shall see how it ends.
  const [seen, setSeen] = useState<readonly string[]>([]);
  const fresh = here.map((job) => job.id).filter((id) => !seen.includes(id));
  if (fresh.length) setSeen([...fresh, ...seen]);
  const others = seen.filter((id) => !mine.includes(id));
  const sending = shipments.some((one) => one.state === "sending");
  useEffect(() => {
    if (!sending) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [sending]);
  if (!shipments.length && !others.length) return null;
  return (
    <section className={styles["shipments"]} aria-label={texts.adding.list}>
      {shipments.map((one) => (
        <ShipmentCard key={one.id} shipment={one} />
      ))}
      {others.map((id) => (
        <JobCard key={id} job={id} variant="compact" />
      ))}
    </section>
  );
}

function ShipmentCard({ shipment }: { shipment: Shipment }) {
  const { files, state } = shipment;
  const refused = files.filter((one) => one.refused !== null);
  const whole = files.reduce((sum, one) => sum + one.size, 0);
  const sent = files.reduce((sum, one) => sum + one.size * one.sent, 0);
  const title = state === "sending" ? texts.adding.sending(files.length) : texts.adding.sent(files.length - refused.length);
  return (
    <div className={styles["shipment"]}>
      {(state !== "sent" || refused.length > 0) && (
        <div className={styles["sending"]}>
          <header className={styles["head"]}>
            <h2>{title}</h2>
            {state === "sending" ? (
              <Button kind="quiet" onClick={() => uploads.cancel(shipment.id)}>
                {texts.adding.cancel}
              </Button>
            ) : (
              <IconButton label={texts.dismiss} onClick={() => uploads.dismiss(shipment.id)}>
                <CloseIcon size={16} />
              </IconButton>
            )}
          </header>
          {state === "sending" && (
            <>
              <Progress label={title} value={sent} max={whole} />
              <p className="figures">{texts.adding.progress(bytes(sent), bytes(whole))}</p>
            </>
          )}
          {state === "cancelled" && <p>{texts.adding.cancelled}</p>}
          {state === "failed" && <p role="alert">{texts.adding.stopped(shipment.problem)}</p>}
          {refused.length > 0 && (
            <details open>
              <summary>{texts.adding.refused(refused.length)}</summary>
              <Files files={refused} />
            </details>
          )}
          {state === "sending" && (
            <details>
              <summary>{texts.adding.each}</summary>
              <Files files={files} />
            </details>
          )}
        </div>
      )}
      {shipment.job && <JobCard job={shipment.job} variant="compact" />}
    </div>
  );
}

function Files({ files }: { files: readonly Sending[] }) {
  return (
    <ul className={styles["files"]}>
      {files.slice(0, SHOWN).map((one, at) => (
        <li key={`${at} ${one.name}`}>
          <span>{one.name}</span>
          <span className="figures">{one.refused ?? progressOf(one)}</span>
        </li>
      ))}
      {files.length > SHOWN && <li>{texts.adding.rest(files.length - SHOWN)}</li>}
    </ul>
  );
}

function progressOf(file: Sending): string {
  if (file.sent === 0) return texts.adding.waiting;
  return file.sent === 1 ? texts.adding.done : `${number(Math.round(100 * file.sent))} %`;
}
