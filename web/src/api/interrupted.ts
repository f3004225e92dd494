import type { Chosen } from "./delivery";
import type { Sending, Shipment } from "./uploads";

const PLACE = "findalike.interrupted-uploads";

type Kept = Omit<Shipment, "id">;

/** Remember what is on its way, for the page that comes after this one in the same tab. */
export function keep(shipments: readonly Shipment[]): void {
  const open = shipments.filter(({ state }) => state === "sending" || state === "failed" || state === "interrupted");
  if (!open.length) return;
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(open));
  } catch {
    // More files than a browser remembers: the server knows by their contents what it has.
  }
}

/** What the page before this one left half-way, once. */
export function restored(): Kept[] {
  const kept = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  const shipments = kept ? (JSON.parse(kept) as Shipment[]) : [];
  return shipments.map((one) => ({
    ...one,
    files: one.files.map((file) => ({ ...file, sent: file.sent === 1 ? 1 : 0 })),
    state: "interrupted",
    problem: "",
  }));
}

/** Which of the chosen files had arrived with an interrupted shipment; null if they have nothing to do with it. */
export function arrivedBefore(shipment: Shipment | undefined, chosen: readonly Chosen[]): boolean[] | null {
  const known = new Map(shipment?.files.map((file) => [mark(file), file.sent === 1]));
  const found = chosen.map(({ file, name }) => known.get(mark({ name, size: file.size, modified: file.lastModified })));
  return found.some((one) => one !== undefined) ? found.map((one) => one === true) : null;
}

function mark({ name, size, modified }: Pick<Sending, "name" | "size" | "modified">): string {
  return JSON.stringify([name, size, modified]);
}
