import { batches, shares } from "./batches";
import { answer, client } from "./client";
import { Problem } from "./problem";
import type { Job } from "./types";
import { type Upload, cancelled, upload } from "./upload";

/** A file to send, and what the server shall call it. */
export interface Chosen {
  file: File;
  name: string;
}

/** What a delivery tells of its files, each by its place among those that were chosen. */
interface Listener {
  onJob: (job: Job) => void;
  /** From 0 to 1: how much of each file has left. */
  onSent: (parts: ReadonlyMap<number, number>) => void;
  /** The server does not want this file, or the browser can no longer read it. */
  onRefused: (place: number, why: string) => void;
}

interface Parcel {
  /** Stays with it however often it is sent, so that a repeat is harmless. */
  key: string;
  files: readonly Placed[];
  keepOpen: boolean;
}

interface Placed extends Chosen {
  place: number;
  size: number;
}

/** How it sends; tests are quicker. */
interface Pace {
  /** Requests at a time. */
  lanes: number;
  /** Milliseconds before each further attempt. */
  pauses: readonly number[];
}

const PACE: Pace = { lanes: 2, pauses: [1_000, 2_000, 4_000, 8_000, 8_000, 8_000] };

// What passes by itself: no answer, "the first is still under way", overload, a proxy without its server.
const PASSING: readonly number[] = [0, 409, 429, 502, 503, 504];

// What is the fault of a file, and not of the collection, the key or the server.
const UNWANTED: readonly number[] = [400, 413, 415, 422];

/** Sends files to a collection in small requests, all of which feed one open job. */
export class Delivery {
  private readonly queue: Parcel[];
  private readonly running = new Set<Upload<Job>>();
  private open: boolean;
  private stopped = false;

  /**
   * `path`: where a collection takes items in. `unreadable`: what to say of a file that has vanished meanwhile. `job`:
   * one that was opened before, to be fed and closed.
   */
  constructor(
    private readonly path: string,
    chosen: readonly Chosen[],
    private readonly unreadable: string,
    private readonly listener: Listener,
    private job: string | null = null,
    private readonly pace: Pace = PACE,
  ) {
    const groups = batches(chosen.map((one, place) => ({ ...one, place, size: one.file.size })));
    this.open = job !== null || groups.length > 1;
    this.queue = groups.map((files) => ({ key: newKey(), files, keepOpen: this.open }));
  }

  /**
   * Send what has not been sent. Throws the Problem that stopped it, after which it can be run again and goes on from
   * there; or an AbortError if it was cancelled, or its job.
   */
  async run(): Promise<void> {
    this.stopped = false;
    while (this.queue.length) {
      // Who feeds a job must know its name, so the first request goes alone.
      const lanes = this.job === null ? [this.step()] : Array.from({ length: this.pace.lanes }, () => this.lane());
      const ends = await Promise.allSettled(lanes);
      const failed = ends.find((end) => end.status === "rejected");
      if (failed) throw failed.reason;
    }
    await this.close();
  }

  /** Send no more. What the server has taken stays, and its job goes on. */
  async cancel(): Promise<void> {
    this.stopped = true;
    this.queue.length = 0;
    for (const one of this.running) one.cancel();
    await this.close();
  }

  private async lane(): Promise<void> {
    while (this.queue.length && this.job !== null && !this.stopped) await this.step();
  }

  private async step(): Promise<void> {
    const parcel = this.queue.shift();
    if (!parcel) return;
    const fed = this.job;
    try {
      const job = await this.post(parcel, fed);
      if (this.job === fed) this.job = job.id;
      this.listener.onJob(job);
    } catch (error) {
      const problem = error instanceof Problem ? error : null;
      const closed = problem?.status === 409 && fed !== null ? await this.look(fed) : null;
      if (closed?.state === "cancelled" || closed?.cancelling) {
        this.queue.length = 0;
        throw cancelled();
      }
      if (closed && !closed.open) {
        // Nobody fed it for too long, for instance while this device slept: what is left gets a job of its own.
        if (this.job === fed) this.job = null;
        this.queue.unshift({ ...parcel, key: newKey() });
      } else if (problem && UNWANTED.includes(problem.status)) {
        this.refuse(parcel, problem);
      } else {
        this.queue.unshift(parcel);
        // The other lane stops, too.
        this.stopped = true;
        throw error;
      }
    }
  }

  private refuse(parcel: Parcel, problem: Problem): void {
    const [first] = parcel.files;
    this.open = true;
    if (parcel.files.length === 1 && first) this.listener.onRefused(first.place, problem.message);
    // One of them is not wanted: alone, each finds out for itself.
    else this.queue.unshift(...parcel.files.map((file) => ({ key: newKey(), files: [file], keepOpen: true })));
  }

  /** A job as it is; null if nobody can say. */
  private look(id: string): Promise<Job | null> {
    return answer(client.GET("/api/v1/jobs/{job}", { params: { path: { job: id } } })).catch(() => null);
  }

  private async post(parcel: Parcel, job: string | null): Promise<Job> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.attempt(parcel, job);
      } catch (error) {
        if (!(error instanceof Problem) || !PASSING.includes(error.status)) throw error;
        // At first nobody else has this key: then it is the job that is closed.
        if (error.status === 409 && attempt === 0) throw error;
        if (error.status === 0 && (await this.vanished(parcel))) {
          throw new Problem(UNWANTED[0] ?? 400, this.unreadable);
        }
        const pause = this.pace.pauses[attempt];
        if (pause === undefined || this.stopped) throw error;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    }
  }

  private async attempt({ files, key, keepOpen }: Parcel, job: string | null): Promise<Job> {
    if (this.stopped) throw cancelled();
    const form = new FormData();
    for (const { file, name } of files) form.append("file", file, name);
    const sizes = files.map((one) => one.size);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    const tell = (parts: readonly number[]): void =>
      this.listener.onSent(new Map(files.map(({ place }, at) => [place, parts[at] ?? 0])));
    const query = new URLSearchParams({ keep_open: String(keepOpen), ...(job !== null && { job }) });
    const under = upload<Job>(`${this.path}?${query}`, form, (part) => tell(shares(sizes, part * whole)), {
      "Idempotency-Key": key,
    });
    this.running.add(under);
    try {
      const made = await under.done;
      tell(sizes.map(() => 1));
      return made;
    } catch (error) {
      tell(sizes.map(() => 0));
      throw error;
    } finally {
      this.running.delete(under);
    }
  }

  /** Whether a file of a parcel was changed or deleted since it was chosen: browsers call that a network error. */
  private async vanished({ files }: Parcel): Promise<boolean> {
    const read = await Promise.allSettled(files.map(({ file }) => file.slice(0, 1).arrayBuffer()));
    return read.some((one) => one.status === "rejected");
  }

  /** Say that nothing follows, so that the job can end. */
  private async close(): Promise<void> {
    if (!this.open || this.job === null) return;
    // A job that is closed already is as it shall be; and one that stays open closes itself after a while.
    await answer(client.POST("/api/v1/jobs/{job}/close", { params: { path: { job: this.job } } })).catch(() => undefined);
  }
}

function newKey(): string {
  // Not randomUUID, which browsers withhold from pages that came by plain HTTP.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}
