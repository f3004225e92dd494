import type { components } from "./schema";

type Schemas = components["schemas"];

export type Application = Schemas["ApplicationOut"];
export type Answered = Schemas["Done"];
export type Begun = Schemas["Citations"];
export type Citation = Schemas["Citation"];
export type Collection = Schemas["CollectionOut"];
/** Which options there are, an application's `options_schema` says. */
export type CollectionSettings = (
  | Omit<Schemas["CollectionSettings"], "options">
  | Omit<Schemas["ReadyMadeSettings"], "options">
) & { options?: Record<string, boolean> };
export type CollectionChanges = Schemas["CollectionPatch"];
export type Conversation = Schemas["ConversationOut"];
export type ConversationPage = Schemas["ConversationPage"];
export type FieldType = Collection["fields"][string];
export type Hit = Schemas["HitOut"];
export type Item = Schemas["ItemOut"];
export type ItemPage = Schemas["ItemPage"];
export type Job = Schemas["JobOut"];
export type JobState = Schemas["JobState"];
export type Media = Schemas["MediaOut"];
export type Message = Schemas["MessageOut"];
export type Metric = NonNullable<Schemas["ReadyMadeSettings"]["metric"]>;
export interface Model {
  // The client makes arrays of the schema's triples; nobody here needs them.
  card: Omit<Schemas["ModelCard"], "image"> & { image?: { size?: number } | null };
  fetched: boolean;
  size: number;
}
export type Readiness = Schemas["Readiness"];
export type SearchPage = Schemas["SearchOut"];
export type Segment = Schemas["SegmentOut"];
export type SegmentPage = Schemas["SegmentPage"];

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** A query of any application; the application's own schema says what it may hold. */
export type Query = Record<string, Json>;

/** Which jobs of the server. */
export interface JobsWanted {
  application?: string;
  state?: JobState;
}

export const JOB_STATES: readonly JobState[] = ["received", "running", "succeeded", "failed", "cancelled"];

const FINAL: readonly JobState[] = ["succeeded", "failed", "cancelled"];

export function ended(job: Job): boolean {
  return FINAL.includes(job.state);
}

/** Entries of a job that need no more work. */
export function settled(job: Job): number {
  return job.done + job.failed + job.skipped;
}
