import createClient from "openapi-fetch";

import { EventReader, type ServerEvent } from "./events";
import { Problem } from "./problem";
import type { paths } from "./schema";
import { signInWanted } from "./session";

/** Calls of our own API, typed by its description. Give their promises to `answer`. */
export const client = createClient<paths>({ fetch: (request) => checked(request) });

/** What a call of `client` answers. It throws a Problem for everything that is not a success. */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  // Failures were thrown by `checked`, so what is left has data, if its operation answers any.
  return (await call).data as T;
}

/**
 * A call to an address that the description of the API does not know by name: applications of plug-ins have their
 * own. T must be what the same operation of a built-in application answers.
 */
export async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const headers = body === undefined ? undefined : { "Content-Type": "application/json" };
  const response = await checked(
    new Request(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) }),
  );
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The events with which the server answers a question, as they come; `signal` ends them, with an AbortError. */
export async function* listen(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const headers = { "Content-Type": "application/json", Accept: "text/event-stream" };
  const response = await checked(new Request(path, { method: "POST", headers, signal, body: JSON.stringify(body) }));
  const pieces = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const reader = new EventReader();
  try {
    for (;;) {
      const piece = await pieces?.read().catch(() => {
        throw signal.aborted ? new DOMException("This was given up.", "AbortError") : Problem.offline();
      });
      if (!piece || piece.done) return;
      yield* reader.feed(piece.value);
    }
  } finally {
    void pieces?.cancel().catch(() => undefined);
  }
}

async function checked(request: Request): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw Problem.offline();
  }
  if (response.ok) return response;
  if (response.status === 401 && !request.url.endsWith("/api/v1/session")) signInWanted();
  throw await Problem.of(response);
}
