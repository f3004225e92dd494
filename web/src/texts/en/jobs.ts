import type { JobState } from "../../api/types";
import { count, duration, number } from "../format";

const states: Record<JobState, string> = {
  received: "Waiting to start",
  running: "Running",
  succeeded: "Finished",
  failed: "Failed",
  cancelled: "Cancelled",
};

export const job = {
  states,
  progress: (done: number, total: number) => `${number(done)} of ${number(total)}`,
  rate: (value: number) => `${number(value)}/s`,
  remaining: (seconds: number) => `about ${duration(seconds)} left`,
  failed: (value: number) => `${number(value)} failed`,
};

export const jobs = {
  title: "Jobs",
  lead: "All that the server does in the background, newest first.",
  active: (value: number) => `${count(value, "job", "jobs")} at work or waiting`,
  many: (value: number) => `${number(value)}+`,
  state: "State",
  anyState: "All states",
  application: "Application",
  anyApplication: "All applications",
  list: "List of jobs",
  empty: "No jobs yet",
  emptyHelp: "Loading a sample or adding items starts one. It shows here how far it is and what failed.",
  none: "No job like this",
  noneHelp: "Other states or applications may have some.",
  all: "Show all jobs",
  end: (value: number) => (value === 1 ? "This is the only job." : `These are all ${number(value)} jobs.`),
  kinds: {
    ingest: "Adding items",
    rebuild: "Rebuilding",
    train: "Learning",
    evaluate: "Evaluating",
    map: "Making the map",
    reindex: "Restoring vectors",
  } as Record<string, string>,
  name: (kind: string, collection: string) => `${kind}: ${collection}`,
  partly: "Partly failed",
  fed: "Waits for more",
  cancelling: "Cancelling…",
  open: "More may follow",
  done: (value: number) => `${number(value)} done`,
  of: (value: number) => `of ${count(value, "entry", "entries")}`,
  skipped: (value: number) => `${number(value)} skipped, already there`,
  queued: (at: string) => `Queued ${at}`,
  started: (at: string) => `Started ${at}`,
  ended: (at: string, seconds: number) => (seconds < 1 ? `ended ${at}` : `ended ${at}, after ${duration(seconds)}`),
  spoken: (name: string, state: string, percent: number) => `${name}: ${state}, ${number(percent)} %`,
  spokenEnd: (name: string, state: string) => `${name}: ${state}`,
  close: "Finish job",
  cancel: "Cancel job",
  cancelTitle: "Cancel this job?",
  cancelHelp: (left: number) =>
    `${count(left, "entry is", "entries are")} not done yet. What is done stays, and you can run the rest later.`,
  keep: "Let it run",
  retryFailed: (value: number) => `Retry ${number(value)} failed`,
  resume: "Run the rest",
  retry: "Run again",
  failures: (value: number) => count(value, "failure", "failures"),
  moreFailures: "Show more failures",
  gone: "This job could not be shown",
};
