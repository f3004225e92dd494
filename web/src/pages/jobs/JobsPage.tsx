import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useLocation, useSearch } from "wouter";

import { useActiveJobs, useJobs } from "../../api/jobs";
import { reason } from "../../api/problem";
import { keys, useApplications } from "../../api/queries";
import { JOB_STATES, type JobsWanted } from "../../api/types";
import { texts } from "../../texts";
import { ButtonLink, EmptyState, Failed, Field, More, Select, Skeleton } from "../../ui";
import { CheckIcon } from "../../ui/icons";
import { usePageTitle } from "../title";
import { JobCard } from "./JobCard";
import styles from "./JobsPage.module.css";
import { addressOf, wantedOf } from "./address";

/** All jobs of the server; the address says which. */
export default function JobsPage() {
  usePageTitle(texts.jobs.title);
  const wanted = wantedOf(new URLSearchParams(useSearch()));
  const found = useJobs(wanted);
  const jobs = found.data?.pages.flatMap((page) => page.jobs) ?? [];
  useNewcomers();
  return (
    <div className={styles["page"]}>
      <header className={styles["head"]}>
        <div className={styles["title"]}>
          <h1>{texts.jobs.title}</h1>
          <p>{texts.jobs.lead}</p>
        </div>
        <Filters wanted={wanted} />
      </header>
      {found.isPending && (
        <div className={styles["list"]} role="status" aria-label={texts.loading}>
          {Array.from({ length: 6 }, (_, at) => (
            <Skeleton key={at} height="7rem" />
          ))}
        </div>
      )}
      {found.error && !found.isFetchNextPageError && (
        <Failed title={reason(found.error)} onRetry={() => found.refetch()} />
      )}
      {found.isSuccess && jobs.length === 0 && <Nothing wanted={wanted} />}
      {jobs.length > 0 && (
        <ul className={styles["list"]} aria-label={texts.jobs.list}>
          {jobs.map((job) => (
            <li key={job.id}>
              <JobCard job={job} />
            </li>
          ))}
        </ul>
      )}
      {jobs.length > 0 && <More list={found} end={texts.jobs.end(jobs.length)} />}
    </div>
  );
}

/** Ask for the list again when a job begins, here or elsewhere. */
function useNewcomers(): void {
  const cache = useQueryClient();
  const { data: active } = useActiveJobs();
  const now = active?.map((job) => job.id).join();
  const before = useRef(now);
  useEffect(() => {
    if (before.current !== undefined && before.current !== now) {
      void cache.invalidateQueries({ queryKey: keys.jobLists });
    }
    before.current = now;
  }, [cache, now]);
}

function Filters({ wanted }: { wanted: JobsWanted }) {
  const [, navigate] = useLocation();
  const { data } = useApplications();
  const change = (part: Record<string, string>): void =>
    navigate(addressOf(wantedOf(new URLSearchParams({ ...wanted, ...part }))));
  return (
    <div className={styles["filters"]}>
      <Field label={texts.jobs.state}>
        <Select value={wanted.state ?? ""} onChange={(event) => change({ state: event.target.value })}>
          <option value="">{texts.jobs.anyState}</option>
          {JOB_STATES.map((state) => (
            <option key={state} value={state}>
              {texts.job.states[state]}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={texts.jobs.application}>
        <Select value={wanted.application ?? ""} onChange={(event) => change({ application: event.target.value })}>
          <option value="">{texts.jobs.anyApplication}</option>
          {data?.applications.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}

function Nothing({ wanted }: { wanted: JobsWanted }) {
  if (Object.keys(wanted).length) {
    return (
      <EmptyState
        icon={<CheckIcon />}
        title={texts.jobs.none}
        action={<ButtonLink href="/jobs">{texts.jobs.all}</ButtonLink>}
      >
        {texts.jobs.noneHelp}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<CheckIcon />}
      title={texts.jobs.empty}
      action={
        <ButtonLink kind="primary" href="/">
          {texts.notFound.home}
        </ButtonLink>
      }
    >
      {texts.jobs.emptyHelp}
    </EmptyState>
  );
}
