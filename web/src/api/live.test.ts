import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { LiveSearch, NotLive, liveAddress } from "./live";
import { Problem } from "./problem";

/** A socket whose other side is the test. */
class Socket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  readonly sent: unknown[] = [];

  send(data: unknown): void {
    this.sent.push(typeof data === "string" ? JSON.parse(data) : data);
  }

  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event("open"));
  }

  answers(id: number, rest: object = { hits: [] }): void {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify({ id, ...rest }) }));
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event("close"));
  }
}

const sockets: Socket[] = [];

function live(): LiveSearch {
  return new LiveSearch("ws://here", () => {
    const socket = new Socket();
    sockets.push(socket);
    return socket as unknown as WebSocket;
  });
}

function socket(at = 0): Socket {
  const found = sockets[at];
  if (!found) throw new Error(`There is no socket ${at}.`);
  return found;
}

const aborted = expect.objectContaining({ name: "AbortError" }) as Error;

beforeEach(() => {
  sockets.length = 0;
  vi.useFakeTimers();
});

afterEach(() => vi.useRealTimers());

describe("LiveSearch", () => {
  it("asks when the socket is open, and only what is newest then", async () => {
    const search = live();
    const first = search.ask({ text: "c" });
    const second = search.ask({ text: "ca" });
    await expect(first).rejects.toEqual(aborted);
    expect(socket().sent).toEqual([]);
    socket().opens();
    expect(socket().sent).toEqual([{ id: 2, query: { text: "ca" } }]);
    socket().answers(2, { hits: ["cat"] });
    expect(await second).toEqual({ hits: ["cat"] });
    expect(sockets).toHaveLength(1);
  });

  it("overlooks the answer of what was superseded", async () => {
    const search = live();
    const old = search.ask({ text: "old" });
    socket().opens();
    const fresh = search.ask({ text: "fresh" });
    await expect(old).rejects.toEqual(aborted);
    socket().answers(1, { hits: ["old"] });
    socket().answers(2, { hits: ["fresh"] });
    expect(await fresh).toEqual({ hits: ["fresh"] });
  });

  it("sends a file before the question that means it", () => {
    const search = live();
    const picture = new Blob(["picture"]);
    search.ask({ media_id: "frame" }, { file: picture }).catch(() => undefined);
    socket().opens();
    expect(socket().sent).toEqual([picture, { id: 1, query: { media_id: "frame" } }]);
  });

  it("tells what the server refused, and goes on", async () => {
    const search = live();
    const wrong = search.ask({ filter: "?" });
    socket().opens();
    socket().answers(1, { problem: { status: 422, detail: "Not a filter.", errors: [{ field: "filter", detail: "?" }] } });
    await expect(wrong).rejects.toEqual(new Problem(422, "Not a filter.", new Map([["filter", "?"]])));
    const right = search.ask({ text: "cat" });
    socket().answers(2);
    expect(await right).toEqual({ hits: [] });
    expect(sockets).toHaveLength(1);
  });

  it("is not tried again for a while after it was refused", async () => {
    const search = live();
    const first = search.ask({ text: "c" });
    socket().close();
    await expect(first).rejects.toBeInstanceOf(NotLive);
    await expect(search.ask({ text: "ca" })).rejects.toBeInstanceOf(NotLive);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(31_000);
    const later = search.ask({ text: "cat" });
    socket(1).opens();
    socket(1).answers(2);
    expect(await later).toEqual({ hits: [] });
  });

  it("opens another socket at once after one that worked broke", async () => {
    const search = live();
    const first = search.ask({ text: "c" });
    socket().opens();
    socket().answers(1);
    await first;
    const second = search.ask({ text: "ca" });
    socket().close();
    await expect(second).rejects.toBeInstanceOf(NotLive);
    const third = search.ask({ text: "cat" });
    socket(1).opens();
    socket(1).answers(3);
    expect(await third).toEqual({ hits: [] });
  });

  it("gives up a socket that is silent", async () => {
    const search = live();
    const first = search.ask({ text: "c" });
    vi.advanceTimersByTime(11_000);
    await expect(first).rejects.toBeInstanceOf(NotLive);
    expect(socket().readyState).toBe(WebSocket.CLOSED);
  });

  it("ends a question by its signal, and all by closing", async () => {
    const search = live();
    const stop = new AbortController();
    const first = search.ask({ text: "c" }, { signal: stop.signal });
    stop.abort();
    await expect(first).rejects.toEqual(aborted);
    const second = search.ask({ text: "ca" });
    search.close();
    await expect(second).rejects.toEqual(aborted);
    expect(socket().readyState).toBe(WebSocket.CLOSED);
  });

  it("has the address of the server that the page came from", () => {
    expect(liveAddress("image-search", "my-cats")).toBe("ws://localhost:3000/api/v1/live/image-search/my-cats");
  });
});
