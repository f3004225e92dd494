import { useEffect, useId, useState } from "react";
import { Link } from "wouter";

import { useCancelJob, useCloseJob, useJob, useRetryJob } from "../../api/jobs";
import { reason } from "../../api/problem";
import { useApplications } from "../../api/queries";
import { type Job, ended, settled } from "../../api/types";
import { moment, texts } from "../../texts";
import { Button, Dialog, DialogActions, IconButton, Progress, Skeleton, useToast } from "../../ui";
import { AlertIcon, ChevronIcon, CloseIcon } from "../../ui/icons";
import { Failures } from "./Failures";
import styles from "./JobCard.module.css";
import { StateMark } from "./StateMark";
import { againOf, factsOf, fed, kindOf, known, left, muchLeft, spoken, tookOf } from "./job";

type Variant = "full" | "compact";

interface JobCardProps {
  /** Its id; or itself, where a list keeps it: then it is followed while it runs, and after the user did something. */
  job: string | Job;
  /** `compact` stands on the page of the collection: it leaves out what is known there. */
  variant?: Variant;
  /** Somebody has seen enough of it; offered when it has ended. */
  onHide?: () => void;
}

/** One job, live: how far it is, what failed and why, and what to do about it. */
export function JobCard({ job, variant = "full", onHide }: JobCardProps) {
  const [touched, setTouched] = useState(false);
  const [id, given] = typeof job === "string" ? [job, null] : [job.id, job];
  const follow = given === null || given.state === "running" || touched;
  const found = useJob(follow ? id : null);
  const shown = found.data ?? given;
  if (shown) return <Shown job={shown} variant={variant} onTouch={() => setTouched(true)} onHide={onHide} />;
  return (
    <div className={styles["card"]} data-variant={variant}>
      {found.error ? (
        <p role="alert" className={styles["detail"]}>
          {texts.jobs.gone}: {reason(found.error)}
        </p>
      ) : (
        <Skeleton height="4.5rem" />
      )}
    </div>
  );
}

interface ShownProps {
  job: Job;
  variant: Variant;
  onTouch: () => void;
  onHide: (() => void) | undefined;
}

function Shown({ job, variant, onTouch, onHide }: ShownProps) {
  const heading = useId();
  const list = useId();
  const live = !ended(job);
  // Whoever saw it at work sees and hears how it ends, and the card keeps its height.
  const [followed, setFollowed] = useState(live);
  const [open, setOpen] = useState(false);
  if (live && !followed) setFollowed(true);
  const name = texts.jobs.name(kindOf(job), job.collection);

  return (
    <article className={styles["card"]} data-variant={variant} aria-labelledby={heading}>
      <header className={styles["head"]}>
        <h2 id={heading} className={styles["name"]}>
          {kindOf(job)}
          {variant === "full" && (
            <>
              <ChevronIcon size={12} />
              <Link href={`/apps/${job.application}/${job.collection}`}>{job.collection}</Link>
            </>
          )}
        </h2>
        <StateMark job={job} />
        {onHide && !live && (
          <IconButton label={texts.adding.hide} aria-describedby={heading} onClick={onHide}>
            <CloseIcon size={16} />
          </IconButton>
        )}
      </header>
      {followed && (
        <Progress label={name} value={live && !known(job) ? null : settled(job)} max={live ? job.total : settled(job)} />
      )}
      <div className={styles["foot"]}>
        <div className={styles["text"]}>
          <p className={`${styles["facts"] ?? ""} figures`}>
            {factsOf(job).map((fact) => (
              <span key={fact}>{fact}</span>
            ))}
          </p>
          {variant === "full" && <Times job={job} />}
        </div>
        <div className={styles["actions"]}>
          {job.failed > 0 && (
            <Button kind="quiet" aria-expanded={open} aria-controls={list} onClick={() => setOpen(!open)}>
              <AlertIcon size={16} />
              {texts.jobs.failures(job.failed)}
            </Button>
          )}
          <Actions job={job} heading={heading} onTouch={onTouch} />
        </div>
      </div>
      {job.detail && (
        <p className={styles["detail"]} data-failed={job.state === "failed" || undefined}>
          {job.detail}
        </p>
      )}
      <div id={list} hidden={!open}>
        {open && job.failed > 0 && <Failures job={job} />}
      </div>
      {followed && (
        <p role="status" className="unseen">
          {spoken(job, name)}
        </p>
      )}
    </article>
  );
}

function Times({ job }: { job: Job }) {
  const { data } = useApplications();
  const application = data?.applications.find((one) => one.name === job.application)?.title ?? job.application;
  const began = job.started_at ?? job.created_at;
  const words = job.started_at === null ? texts.jobs.queued : texts.jobs.started;
  return (
    <p className={styles["times"]}>
      {application}
      {" · "}
      <time dateTime={began}>{words(moment(began))}</time>
      {job.finished_at && (
        <>
          , <time dateTime={job.finished_at}>{texts.jobs.ended(moment(job.finished_at), tookOf(job))}</time>
        </>
      )}
    </p>
  );
}

interface ActionsProps {
  job: Job;
  /** The id of the element that names the job. */
  heading: string;
  onTouch: () => void;
}

function Actions({ job, heading, onTouch }: ActionsProps) {
  const [asking, setAsking] = useState(false);
  const toast = useToast();
  const cancel = useCancelJob();
  const close = useCloseJob();
  const retry = useRetryJob();
  const again = againOf(job);

  const failedAgain = retry.isSuccess && ended(job) ? job.failed : 0;
  useEffect(() => {
    // What fails at once would seem not to have been tried.
    if (failedAgain) toast("failed", texts.jobs.failedAgain(failedAgain));
  }, [failedAgain, toast]);

  function change(by: typeof cancel): void {
    onTouch();
    by.mutate(job.id, { onError: (error) => toast("failed", reason(error)) });
  }

  if (again !== undefined) {
    return (
      <Button busy={retry.isPending} aria-describedby={heading} onClick={() => change(retry)}>
        {again}
      </Button>
    );
  }
  if (ended(job)) return null;
  if (fed(job)) {
    return (
      <Button busy={close.isPending} aria-describedby={heading} onClick={() => change(close)}>
        {texts.jobs.close}
      </Button>
    );
  }
  return (
    <>
      <Button
        busy={cancel.isPending || job.cancelling === true}
        aria-describedby={heading}
        onClick={() => (muchLeft(job) ? setAsking(true) : change(cancel))}
      >
        {job.cancelling ? texts.jobs.cancelling : texts.jobs.cancel}
      </Button>
      {asking && (
        <Dialog title={texts.jobs.cancelTitle} onClose={() => setAsking(false)}>
          <p>{texts.jobs.cancelHelp(left(job))}</p>
          <DialogActions>
            <Button onClick={() => setAsking(false)}>{texts.jobs.keep}</Button>
            <Button
              kind="danger"
              onClick={() => {
                setAsking(false);
                change(cancel);
              }}
            >
              {texts.jobs.cancel}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </>
  );
}
