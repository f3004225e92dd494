import { type Job, ended, settled } from "../../api/types";
import { texts } from "../../texts";

/** How a job stands, as one word for colour and shape. */
export type Look = "waiting" | "running" | "good" | "mixed" | "bad" | "stopped";

const MUCH = 100;
const STEP = 25;

/** The kind of a job in words. */
export function kindOf(job: Job): string {
  return texts.jobs.kinds[job.kind] ?? job.kind;
}

export function lookOf(job: Job): Look {
  switch (job.state) {
    case "received":
      return "waiting";
    case "running":
      return fed(job) ? "waiting" : "running";
    case "succeeded":
      if (!job.failed) return "good";
      return job.done + job.skipped ? "mixed" : "bad";
    case "failed":
      return "bad";
    case "cancelled":
      return "stopped";
  }
}

export function stateOf(job: Job): string {
  if (fed(job)) return texts.jobs.fed;
  const look = lookOf(job);
  if (look === "mixed") return texts.jobs.partly;
  return look === "bad" ? texts.job.states.failed : texts.job.states[job.state];
}

/** Whether anybody can say how far it is: one entry may be an archive of thousands that nobody has looked into. */
export function known(job: Job): boolean {
  return job.total > 1 || settled(job) > 0;
}

/** Whether it has done all it has and waits to be fed, or closed. */
export function fed(job: Job): boolean {
  return job.open && !ended(job) && left(job) === 0;
}

/** Entries that are still to be done. */
export function left(job: Job): number {
  return Math.max(0, job.total - settled(job));
}

/** Whether so much is left that cancelling by mistake would hurt. */
export function muchLeft(job: Job): boolean {
  return left(job) > MUCH;
}

/** Whether what it counts are no entries, but parts of its work. */
function inParts(job: Job): boolean {
  return job.kind === "map" || job.kind === "train";
}

/** What a job has done and how fast it is, each a short text of its own. */
export function factsOf(job: Job): string[] {
  const facts: string[] = [];
  const live = !ended(job);
  if (inParts(job)) {
    if (live && known(job)) facts.push(texts.jobs.percent(Math.floor((100 * settled(job)) / job.total)));
  } else {
    if (live && known(job)) facts.push(texts.job.progress(settled(job), job.total));
    if (!live) facts.push(texts.jobs.done(job.done));
    if (!live && left(job)) facts.push(texts.jobs.of(job.total));
  }
  if (job.skipped) facts.push(texts.jobs.skipped(job.skipped));
  if (job.state === "running" && !inParts(job) && job.rate !== null && left(job)) facts.push(texts.job.rate(job.rate));
  if (job.state === "running" && job.remaining_seconds !== null && left(job)) {
    facts.push(texts.job.remaining(job.remaining_seconds));
  }
  if (job.open && left(job)) facts.push(texts.jobs.open);
  return facts;
}

/** What a screen reader says of a job under way: it changes with the state and with every quarter, not more often. */
export function spoken(job: Job, name: string): string {
  if (job.state !== "running" || !known(job)) return texts.jobs.spokenEnd(name, stateOf(job));
  const percent = Math.floor((100 * settled(job)) / job.total / STEP) * STEP;
  return texts.jobs.spoken(name, stateOf(job), percent);
}

/** What running a job again would do, if there is anything to run. */
export function againOf(job: Job): string | undefined {
  if (!ended(job)) return undefined;
  if (job.failed) return texts.jobs.retryFailed(job.failed);
  if (job.state === "cancelled") return texts.jobs.resume;
  return job.state === "failed" ? texts.jobs.retry : undefined;
}

/** Seconds from its start to its end. */
export function tookOf(job: Job): number {
  if (job.started_at === null || job.finished_at === null) return 0;
  return (Date.parse(job.finished_at) - Date.parse(job.started_at)) / 1000;
}
