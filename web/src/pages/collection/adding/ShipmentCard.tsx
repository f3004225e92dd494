import type { Chosen } from "../../../api/delivery";
import { type Sending, type Shipment, uploads } from "../../../api/uploads";
import { bytes, number, texts } from "../../../texts";
import { Button, IconButton, Progress } from "../../../ui";
import { CloseIcon } from "../../../ui/icons";
import { JobCard } from "../../jobs/JobCard";
import { AddButtons } from "./AddButtons";
import styles from "./Adding.module.css";

const SHOWN = 100;

interface ShipmentCardProps {
  shipment: Shipment;
  onAdd: (chosen: Chosen[]) => void;
  onHide: () => void;
}

/** Files on their way, what was not taken and why, and the job that they feed. */
export function ShipmentCard({ shipment, onAdd, onHide }: ShipmentCardProps) {
  const { files, state } = shipment;
  const refused = files.filter((one) => one.refused !== null);
  const whole = files.reduce((sum, one) => sum + (one.refused === null ? one.size : 0), 0);
  const sent = files.reduce((sum, one) => sum + one.size * one.sent, 0);
  const taken = files.length - refused.length;
  const title = {
    sending: texts.adding.sending(taken),
    interrupted: texts.adding.interrupted,
    sent: texts.adding.sent(arrived(files)),
    cancelled: texts.adding.sent(arrived(files)),
    failed: texts.adding.sent(arrived(files)),
  }[state];
  return (
    <div className={styles["shipment"]}>
      {(state !== "sent" || refused.length > 0) && (
        <section className={styles["sending"]} aria-label={title}>
          <header className={styles["head"]}>
            <h2>{title}</h2>
            {state === "sending" && (
              <Button kind="quiet" onClick={() => uploads.cancel(shipment.id)}>
                {texts.adding.cancel}
              </Button>
            )}
            {state === "failed" && <Button onClick={() => uploads.resume(shipment.id)}>{texts.adding.resume}</Button>}
            {shipment.job === null && ["sent", "failed", "cancelled"].includes(state) && (
              <IconButton label={texts.adding.hide} onClick={onHide}>
                <CloseIcon size={16} />
              </IconButton>
            )}
          </header>
          {state === "sending" && (
            <>
              <Progress label={title} value={sent} max={whole} />
              <p className="figures">
                {texts.adding.progress(bytes(sent), bytes(whole))}
                <span>{texts.adding.stay}</span>
              </p>
            </>
          )}
          {state === "interrupted" && (
            <>
              <p>{texts.adding.interruptedHelp(arrived(files), taken)}</p>
              <div className={styles["goOn"]}>
                <AddButtons onChoose={onAdd} />
                <Button kind="quiet" onClick={() => uploads.abandon(shipment.id)}>
                  {texts.adding.abandon}
                </Button>
              </div>
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
              <Files files={underWayFirst(files)} />
            </details>
          )}
        </section>
      )}
      {shipment.job && <JobCard key={shipment.job} job={shipment.job} variant="compact" onHide={onHide} />}
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

/** Of thousands, those that somebody wants to see: under way, then waiting, then done. */
function underWayFirst(files: readonly Sending[]): Sending[] {
  const rank = ({ sent }: Sending): number => (sent === 1 ? 2 : sent === 0 ? 1 : 0);
  return files.filter((one) => one.refused === null).sort((one, other) => rank(one) - rank(other));
}

function arrived(files: readonly Sending[]): number {
  return files.filter((one) => one.sent === 1).length;
}

function progressOf(file: Sending): string {
  if (file.sent === 0) return texts.adding.waiting;
  return file.sent === 1 ? texts.adding.done : `${number(Math.round(100 * file.sent))} %`;
}
