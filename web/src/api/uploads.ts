import { useSyncExternalStore } from "react";

import { texts } from "../texts";
import { client } from "./client";
import { collections } from "./collections";
import { type Chosen, Delivery } from "./delivery";
import { arrivedBefore, keep, restored } from "./interrupted";
import { reason } from "./problem";
import type { Job } from "./types";

/** One file on its way. `sent` is from 0 to 1; `refused` is why it was not taken. */
export interface Sending {
  name: string;
  size: number;
  /** When it was last changed, in milliseconds since 1970. */
  modified: number;
  sent: number;
  refused: string | null;
}

/** `interrupted`: the page was left meanwhile; whoever chooses the same files again sends the rest. */
type ShipmentState = "sending" | "sent" | "cancelled" | "failed" | "interrupted";

/** Files that go to one collection together. */
export interface Shipment {
  id: number;
  application: string;
  collection: string;
  files: readonly Sending[];
  /** The job that they feed, as soon as there is one. */
  job: string | null;
  state: ShipmentState;
  /** Why it failed. */
  problem: string;
}

interface Target {
  application: string;
  collection: string;
  /** The largest file that the server takes, in bytes. */
  largest: number;
}

/** All uploads of this tab. They go on while other pages are looked at; closing the tab is warned about. */
class Uploads {
  private shipments: readonly Shipment[] = [];
  private listeners = new Set<() => void>();
  private deliveries = new Map<number, Delivery>();
  private next = 1;

  constructor() {
    this.shipments = restored().map((one) => ({ ...one, id: this.next++ }));
    window.addEventListener("pagehide", () => keep(this.shipments));
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  all = (): readonly Shipment[] => this.shipments;

  /**
   * Begin to send files; the shipment tells how far it is. `onJob` hears of the job with each request it took. Files of
   * a shipment that was interrupted go on from there.
   */
  send({ application, collection, largest }: Target, chosen: readonly Chosen[], onJob: (job: Job) => void): void {
    const id = this.next++;
    const tooLarge = texts.adding.tooLarge(largest);
    const before = this.shipments.find(
      (one) => one.state === "interrupted" && one.application === application && one.collection === collection,
    );
    const arrived = arrivedBefore(before, chosen);
    const files = chosen.map(({ file, name }, at) => ({
      name,
      size: file.size,
      modified: file.lastModified,
      sent: arrived?.[at] ? 1 : 0,
      refused: file.size > largest ? tooLarge : null,
    }));
    // Places among what is sent, as places among what was chosen.
    const places = files.flatMap((file, at) => (file.refused === null && !file.sent ? [at] : []));
    const job = arrived && before ? before.job : null;
    const delivery = new Delivery(
      collections.address(application, collection, "items"),
      places.flatMap((at) => chosen[at] ?? []),
      texts.adding.vanished,
      {
        onJob: (job) => {
          this.change(id, { job: job.id });
          onJob(job);
        },
        onSent: (parts) => this.note(id, new Map([...parts].map(([at, sent]) => [places[at] ?? -1, { sent }]))),
        onRefused: (at, refused) => this.note(id, new Map([[places[at] ?? -1, { sent: 0, refused }]])),
      },
      job,
    );
    this.deliveries.set(id, delivery);
    const others = this.shipments.filter((one) => !arrived || one !== before);
    this.put([...others, { id, application, collection, files, job, state: "sending", problem: "" }]);
    void this.run(id, delivery);
  }

  /** Send the rest of what was stopped by a problem. */
  resume(id: number): void {
    const delivery = this.deliveries.get(id);
    if (!delivery) return;
    this.change(id, { state: "sending", problem: "" });
    void this.run(id, delivery);
  }

  /** Stop sending; what the server has taken stays. */
  cancel(id: number): void {
    this.change(id, { state: "cancelled" });
    void this.deliveries.get(id)?.cancel();
    this.deliveries.delete(id);
  }

  dismiss(id: number): void {
    this.deliveries.delete(id);
    this.put(this.shipments.filter((one) => one.id !== id));
  }

  /** Nobody will send the rest of what was interrupted: its job need not wait for it. */
  abandon(id: number): void {
    const job = this.shipments.find((one) => one.id === id)?.job;
    // A job that is closed already is as it shall be.
    if (job) void client.POST("/api/v1/jobs/{job}/close", { params: { path: { job } } }).catch(() => undefined);
    this.dismiss(id);
  }

  private async run(id: number, delivery: Delivery): Promise<void> {
    try {
      await delivery.run();
      this.deliveries.delete(id);
      this.change(id, { state: "sent" });
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") this.change(id, { state: "cancelled" });
      else this.change(id, { state: "failed", problem: reason(error) });
    }
  }

  private change(id: number, part: Partial<Shipment>): void {
    this.put(this.shipments.map((one) => (one.id === id ? { ...one, ...part } : one)));
  }

  private note(id: number, news: ReadonlyMap<number, Partial<Sending>>): void {
    const files = [...(this.shipments.find((one) => one.id === id)?.files ?? [])];
    for (const [at, part] of news) {
      const file = files[at];
      if (file) files[at] = { ...file, ...part };
    }
    this.change(id, { files });
  }

  private put(shipments: readonly Shipment[]): void {
    this.shipments = shipments;
    if (shipments.some((one) => one.state === "sending")) window.addEventListener("beforeunload", warn);
    else window.removeEventListener("beforeunload", warn);
    for (const listener of this.listeners) listener();
  }
}

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

export const uploads = new Uploads();

/** The uploads of this tab to one collection. */
export function useShipments(application: string, collection: string): Shipment[] {
  const all = useSyncExternalStore(uploads.subscribe, uploads.all);
  return all.filter((one) => one.application === application && one.collection === collection);
}
