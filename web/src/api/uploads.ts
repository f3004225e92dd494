import { useSyncExternalStore } from "react";

import { batches, shares } from "./batches";
import { answer, client } from "./client";
import { collections } from "./collections";
import { Problem, reason } from "./problem";
import type { Job } from "./types";
import { type Upload, upload } from "./upload";

/** A file to send, and what the server shall call it. */
export interface Chosen {
  file: File;
  name: string;
}

/** One file on its way. `sent` is from 0 to 1; `refused` is why the server did not take it. */
export interface Sending {
  name: string;
  size: number;
  sent: number;
  refused: string | null;
}

/** Files that go to one collection together, as one job. */
export interface Shipment {
  id: number;
  application: string;
  collection: string;
  files: readonly Sending[];
  job: string | null;
  state: "sending" | "sent" | "cancelled" | "failed";
  /** Why it failed. */
  problem: string;
}

const ATTEMPTS = 6;
const PAUSE = 1_000;

/** All uploads of this tab. They go on while other pages are looked at. */
export class Uploads {
  private shipments: readonly Shipment[] = [];
  private listeners = new Set<() => void>();
  private running = new Map<number, Upload<Job>>();
  private next = 1;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  all = (): readonly Shipment[] => this.shipments;

  /** Begin to send files; the shipment tells how far it is. */
  send(application: string, collection: string, chosen: readonly Chosen[], onJob: (job: Job) => void): void {
    const shipment: Shipment = {
      id: this.next++,
      application,
      collection,
      files: chosen.map(({ file, name }) => ({ name, size: file.size, sent: 0, refused: null })),
      job: null,
      state: "sending",
      problem: "",
    };
    this.put([...this.shipments, shipment]);
    void this.run(shipment.id, chosen, onJob);
  }

  /** Stop sending; what the server has taken stays. */
  cancel(id: number): void {
    this.change(id, { state: "cancelled" });
    this.running.get(id)?.cancel();
  }

  dismiss(id: number): void {
    this.put(this.shipments.filter((one) => one.id !== id));
  }

  private async run(id: number, chosen: readonly Chosen[], onJob: (job: Job) => void): Promise<void> {
    const places = chosen.map((one, at) => ({ ...one, at, size: one.file.size }));
    const queue = batches(places);
    while (queue.length) {
      const batch = queue.shift();
      const shipment = this.get(id);
      if (!batch || shipment?.state !== "sending") break;
      try {
        const job = await this.post(shipment, batch, queue.length > 0);
        if (shipment.job === null) onJob(job);
        this.change(id, { job: job.id });
      } catch (error) {
        if (this.get(id)?.state !== "sending") break;
        if (!(error instanceof Problem) || error.status === 0 || error.status >= 500 || error.status === 401) {
          this.change(id, { state: "failed", problem: reason(error) });
        } else if (batch.length > 1) {
          // One of them is not wanted: alone, each finds out for itself.
          queue.unshift(...batch.map((one) => [one]));
        } else if (batch[0]) {
          this.refuse(id, batch[0].at, reason(error));
        }
      }
    }
    const last = this.get(id);
    if (last?.job) {
      // The last request may have been refused, and with it the word that nothing follows.
      await answer(client.POST("/api/v1/jobs/{job}/close", { params: { path: { job: last.job } } })).catch(() => undefined);
    }
    if (last?.state === "sending") this.change(id, { state: "sent" });
  }

  private async post(
    shipment: Shipment,
    batch: readonly (Chosen & { at: number; size: number })[],
    keepOpen: boolean,
  ): Promise<Job> {
    // Not randomUUID, which browsers withhold from pages that came by plain HTTP.
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
    const query = new URLSearchParams({ keep_open: String(keepOpen), ...(shipment.job && { job: shipment.job }) });
    const path = `${collections.address(shipment.application, shipment.collection, "items")}?${query}`;
    const sizes = batch.map((one) => one.size);
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    for (let attempt = 1; ; attempt++) {
      const form = new FormData();
      for (const { file, name } of batch) form.append("file", file, name);
      const under = upload<Job>(
        path,
        form,
        (part) => this.mark(shipment.id, batch, shares(sizes, part * whole)),
        { "Idempotency-Key": key },
      );
      this.running.set(shipment.id, under);
      try {
        const job = await under.done;
        this.mark(
          shipment.id,
          batch,
          sizes.map(() => 1),
        );
        return job;
      } catch (error) {
        // The same key makes a repeat harmless, whatever became of the first.
        const again = error instanceof Problem && [0, 409, 429, 502, 503, 504].includes(error.status);
        if (!again || (error.status === 409 && attempt === 1) || attempt === ATTEMPTS) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE * attempt));
        if (this.get(shipment.id)?.state !== "sending") throw error;
      } finally {
        this.running.delete(shipment.id);
      }
    }
  }

  private get(id: number): Shipment | undefined {
    return this.shipments.find((one) => one.id === id);
  }

  private change(id: number, part: Partial<Shipment>): void {
    this.put(this.shipments.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }

  /** Note how much of each file of a batch has left. */
  private mark(id: number, batch: readonly { at: number }[], sent: readonly number[]): void {
    const files = [...(this.get(id)?.files ?? [])];
    batch.forEach(({ at }, place) => {
      const file = files[at];
      if (file) files[at] = { ...file, sent: sent[place] ?? 0 };
    });
    this.change(id, { files });
  }

  private refuse(id: number, place: number, refused: string): void {
    const files = this.get(id)?.files ?? [];
    this.change(id, { files: files.map((one, at) => (at === place ? { ...one, sent: 0, refused } : one)) });
  }

  private put(shipments: readonly Shipment[]): void {
    this.shipments = shipments;
    for (const listener of this.listeners) listener();
  }
}

export const uploads = new Uploads();

/** The uploads of this tab to one collection. */
export function useShipments(application: string, collection: string): Shipment[] {
  const all = useSyncExternalStore(uploads.subscribe, uploads.all);
  return all.filter((one) => one.application === application && one.collection === collection);
}
