import { beforeEach, expect, it, vi } from "vitest";

import { answer } from "./client";
import { type Chosen, Delivery } from "./delivery";
import { Problem } from "./problem";
import { cancelled, upload } from "./upload";

vi.mock("./upload", async (original) => ({ ...(await original<typeof import("./upload")>()), upload: vi.fn() }));
vi.mock("./client", () => ({ answer: vi.fn(), client: { GET: vi.fn(), POST: vi.fn(() => "close") } }));

interface Sent {
  names: string[];
  query: URLSearchParams;
  key: string;
}

const sent: Sent[] = [];
const refused: string[] = [];

/** What the server says to each request in turn: a job's id, or what it refuses with. */
function server(say: (request: Sent, at: number) => string | Error): void {
  vi.mocked(upload).mockImplementation((path, form, _onProgress, headers) => {
    const names = form.getAll("file").map((one) => (one as File).name);
    const request = {
      names,
      query: new URLSearchParams(path.split("?")[1]),
      key: headers?.["Idempotency-Key"] ?? "",
    };
    const said = say(request, sent.push(request) - 1);
    const done = said instanceof Error ? Promise.reject(said) : Promise.resolve({ id: said });
    return { done: done, cancel: () => undefined };
  });
}

function delivery(count: number, size = 1, job: string | null = null): Delivery {
  const chosen: Chosen[] = Array.from({ length: count }, (_, at) => ({
    file: new File([new Uint8Array(size)], `${at}`),
    name: `${at}`,
  }));
  return new Delivery(
    "/items",
    chosen,
    "vanished",
    {
      onJob: () => undefined,
      onSent: () => undefined,
      onRefused: (place, why) => refused.push(`${place}: ${why}`),
    },
    job,
    { lanes: 2, pauses: [0, 0] },
  );
}

beforeEach(() => {
  sent.length = 0;
  refused.length = 0;
  vi.mocked(answer).mockReset().mockResolvedValue({ state: "running", open: true });
});

it("sends few files at once, as a job that is closed with them", async () => {
  server(() => "j");
  await delivery(3).run();
  expect(sent.map((one) => one.query.toString())).toEqual(["keep_open=false"]);
  expect(answer).not.toHaveBeenCalled();
});

it("feeds one job with many, each request with a key of its own, and closes it at the end", async () => {
  server(() => "j");
  await delivery(120).run();
  expect(sent.map((one) => one.query.toString())).toEqual(["keep_open=true", "keep_open=true&job=j", "keep_open=true&job=j"]);
  expect(new Set(sent.map((one) => one.key)).size).toBe(3);
  expect(sent.flatMap((one) => one.names)).toHaveLength(120);
  expect(answer).toHaveBeenCalledExactlyOnceWith("close");
});

it("repeats what got no answer with the same key", async () => {
  server((_, at) => (at < 2 ? Problem.offline() : "j"));
  await delivery(1).run();
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map((one) => one.key)).size).toBe(1);
});

it("stops when the server stays away, and goes on from there", async () => {
  let away = true;
  server(({ names }) => (away && names.includes("60") ? Problem.offline() : "j"));
  const all = delivery(120);
  await expect(all.run()).rejects.toThrow(Problem);
  const key = sent.at(-1)?.key;
  away = false;
  sent.length = 0;
  await all.run();
  expect(sent[0]?.key).toBe(key);
  expect(sent.flatMap((one) => one.names)).not.toContain("0");
  expect(sent.flatMap((one) => one.names)).toContain("60");
});

it("finds out which file of several is not wanted", async () => {
  server(({ names }) => (names.includes("1") ? new Problem(413, "too large") : "j"));
  await delivery(3).run();
  expect(refused).toEqual(["1: too large"]);
  expect(sent.slice(1).flatMap((one) => one.names)).toEqual(["0", "1", "2"]);
});

it("begins another job when the first has closed itself", async () => {
  vi.mocked(answer).mockResolvedValue({ state: "succeeded", open: false });
  server(({ query }, at) => (query.get("job") === "old" ? new Problem(409, "closed") : at ? "new" : "old"));
  await delivery(150).run();
  const taken = sent.filter((one) => one.query.get("job") !== "old");
  expect(taken.flatMap((one) => one.names)).toHaveLength(150);
});

it.each([
  { state: "cancelled", open: false },
  { state: "running", open: false, cancelling: true },
])("ends when its job is cancelled: %j", async (job) => {
  vi.mocked(answer).mockResolvedValue(job);
  server(({ query }) => (query.has("job") ? new Problem(409, "closed") : "j"));
  await expect(delivery(150).run()).rejects.toThrow(cancelled().message);
});

it("stops at what is no file's fault", async () => {
  server(() => new Problem(403, "may not"));
  await expect(delivery(2).run()).rejects.toThrow("may not");
  expect([sent.length, refused.length]).toEqual([1, 0]);
});

it("goes on with a job that was opened before, and closes it at the end", async () => {
  server(() => "j");
  await delivery(2, 1, "j").run();
  expect(sent.map((one) => [one.query.get("job"), one.query.get("keep_open")])).toEqual([["j", "true"]]);
  expect(answer).toHaveBeenCalledWith("close");
});
