import { Problem } from "./problem";
import type { Query, SearchPage } from "./types";

/** The media id that means the newest file given with a question. */
export const FRAME = "frame";

// Longer than this a socket may not be silent; longer than this a refused one is left alone.
const PATIENCE = 10_000;
const TRUCE = 30_000;

/** The socket cannot be used now: search by HTTP instead. */
export class NotLive extends Error {
  override readonly name = "NotLive";
}

interface Question {
  id: number;
  text: string;
  file: Blob | null;
  resolve: (page: SearchPage) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

interface Answer extends SearchPage {
  id: number | null;
  problem?: { status: number };
}

export function liveAddress(application: string, collection: string): string {
  const path = `/api/v1/live/${encodeURIComponent(application)}/${encodeURIComponent(collection)}`;
  return Object.assign(new URL(path, location.href), { protocol: location.protocol.replace("http", "ws") }).href;
}

/**
 * Searches of one collection over a WebSocket, of which only the newest is waited for (docs/live.md).
 *
 * The socket is opened by the first question, and again by the next one after it broke. After it was refused, nothing
 * is tried for a while.
 */
export class LiveSearch {
  private socket: WebSocket | null = null;
  private waiting: Question | null = null;
  private asked = 0;
  private refusedUntil = 0;

  constructor(
    private readonly address: string,
    private readonly open: (address: string) => WebSocket = (one) => new WebSocket(one),
  ) {}

  /**
   * Ask; `file` is what the media id FRAME means in the query, and stays until the next one.
   *
   * Fails with NotLive if there is no socket to be had, with a Problem if the server refuses the query, and with an
   * AbortError when a newer question takes its place or `signal` says so.
   */
  ask(query: Query, { file = null, signal }: { file?: Blob | null; signal?: AbortSignal } = {}): Promise<SearchPage> {
    this.fail(superseded());
    if (signal?.aborted) return Promise.reject(superseded());
    if (Date.now() < this.refusedUntil) return Promise.reject(new NotLive());
    const id = ++this.asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.broken(this.socket), PATIENCE);
      this.waiting = { id, text: JSON.stringify({ id, query }), file, resolve, reject, timer };
      signal?.addEventListener("abort", () => {
        if (this.waiting?.id === id) this.fail(superseded());
      });
      if (!this.socket) this.connect();
      else if (this.socket.readyState === WebSocket.OPEN) this.send();
    });
  }

  /** Let the socket go; the next question opens another. */
  close(): void {
    const { socket } = this;
    this.socket = null;
    this.fail(superseded());
    socket?.close();
  }

  private connect(): void {
    let socket: WebSocket;
    try {
      socket = this.open(this.address);
    } catch {
      this.broken(null);
      return;
    }
    let worked = false;
    this.socket = socket;
    socket.addEventListener("open", () => {
      if (this.socket === socket) this.send();
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      worked = true;
      if (this.socket === socket) this.answered(event.data);
    });
    socket.addEventListener("close", () => {
      if (this.socket !== socket) return;
      // One that worked may have met a restart: the next question tries again.
      if (worked) this.dropped();
      else this.broken(socket);
    });
  }

  private send(): void {
    if (!this.waiting) return;
    if (this.waiting.file) this.socket?.send(this.waiting.file);
    this.socket?.send(this.waiting.text);
  }

  private answered(data: string): void {
    const { id, problem, ...page } = JSON.parse(data) as Answer;
    // What was superseded may be answered all the same; nobody waits for it.
    if (id !== this.waiting?.id) return;
    const { resolve, timer } = this.waiting;
    if (problem) {
      this.fail(Problem.parse(problem.status, JSON.stringify(problem)));
      return;
    }
    clearTimeout(timer);
    this.waiting = null;
    resolve(page);
  }

  private dropped(): void {
    this.socket = null;
    this.fail(new NotLive());
  }

  private broken(socket: WebSocket | null): void {
    this.refusedUntil = Date.now() + TRUCE;
    this.dropped();
    socket?.close();
  }

  private fail(error: Error): void {
    if (!this.waiting) return;
    const { reject, timer } = this.waiting;
    clearTimeout(timer);
    this.waiting = null;
    reject(error);
  }
}

function superseded(): DOMException {
  return new DOMException("A newer search took the place of this one.", "AbortError");
}
