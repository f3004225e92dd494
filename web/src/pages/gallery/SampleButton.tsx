import { useEffect } from "react";
import { useLocation } from "wouter";

import { useJob } from "../../api/jobs";
import { reason } from "../../api/problem";
import { useLoadSample } from "../../api/queries";
import { type Application, type Collection, ended, settled } from "../../api/types";
import { texts } from "../../texts";
import { Button, ButtonLink, Progress, useToast } from "../../ui";
import styles from "./SampleButton.module.css";

// The name that the server gives a sample collection if it is told none.
const SAMPLE = "sample";

/** Loads the sample, shows how far its job is, and opens it as soon as it is there. */
export function SampleButton({ application, collections, kind = "primary" }: {
  application: Application;
  collections: Collection[] | undefined;
  /** How much it stands out. */
  kind?: "primary" | "secondary";
}) {
  const [, navigate] = useLocation();
  const toast = useToast();
  const load = useLoadSample();
  const { data: job } = useJob(load.data?.id ?? null);
  const address = `/apps/${application.name}/${SAMPLE}`;
  const state = job?.state;
  const detail = job?.detail;
  const failed = job?.failed ?? 0;

  useEffect(() => {
    if (state === "succeeded") {
      if (failed) toast("failed", texts.sample.partly(failed));
      navigate(address);
    } else if (state === "failed") toast("failed", texts.sample.failed(detail ?? ""));
  }, [state, detail, failed, address, navigate, toast]);

  if (job && !ended(job)) {
    const known = job.total > 1;
    return (
      <div className={styles["loading"]}>
        <span className="figures">
          {known ? texts.job.progress(settled(job), job.total) : texts.sample.waiting}
        </span>
        <Progress label={texts.sample.loading} value={known ? settled(job) : null} max={job.total} />
      </div>
    );
  }
  if (collections?.some((one) => one.name === SAMPLE && one.items > 0)) {
    return (
      <ButtonLink kind={kind} href={address}>
        {texts.sample.open}
      </ButtonLink>
    );
  }
  return (
    <Button
      kind={kind}
      busy={load.isPending}
      onClick={() =>
        load.mutate(application.name, { onError: (error) => toast("failed", texts.sample.failed(reason(error))) })
      }
    >
      {texts.sample.start}
    </Button>
  );
}
