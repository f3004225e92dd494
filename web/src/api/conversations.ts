import { answer, call, client, listen } from "./client";
import { collections } from "./collections";
import { Problem } from "./problem";
import type { Answered, Begun, Conversation, ConversationPage, Message } from "./types";
import { texts } from "../texts";

const MESSAGES = 200;
const CONVERSATIONS = 30;

export interface Question {
  question: string;
  conversation_id?: string;
}

/** What happens while a question is answered: the passages, then the text bit by bit, then how it went. */
export type AnswerEvent =
  | ({ kind: "citations" } & Begun)
  | { kind: "answer"; text: string }
  | ({ kind: "done" } & Answered);

/** Questions that are answered, and the conversations that they stand in: those of the key that asks. */
export const conversations = {
  /**
   * Ask. Ending the iteration, or `signal`, stops the work at the server.
   *
   * Throws a Problem for what cannot be asked, and for an answer that breaks off.
   */
  ask: async function* (
    application: string,
    collection: string,
    question: Question,
    signal: AbortSignal,
  ): AsyncGenerator<AnswerEvent> {
    for await (const { kind, data } of listen(collections.address(application, collection, "ask"), question, signal)) {
      if (kind === "error") throw brokenBy(data);
      if (kind !== "citations" && kind !== "answer" && kind !== "done") continue;
      const event = { kind, ...(JSON.parse(data) as object) } as AnswerEvent;
      yield event;
      if (event.kind === "done") return;
    }
    throw new Problem(0, texts.chat.brokeOff);
  },
  page: (application: string, collection: string, cursor: number | undefined, signal?: AbortSignal) =>
    answer<ConversationPage>(
      client.GET("/api/v1/conversations", {
        params: { query: { application, collection, limit: CONVERSATIONS, ...(cursor && { cursor }) } },
        signal,
      }),
    ),
  /** All that was said in a conversation. */
  messages: async (id: string, signal?: AbortSignal): Promise<Message[]> => {
    const all: Message[] = [];
    let cursor: number | null | undefined;
    do {
      const query = `limit=${MESSAGES}${cursor ? `&cursor=${cursor}` : ""}`;
      const page = await call<{ messages: Message[]; next_cursor: number | null }>(
        "GET",
        `${address(id)}/messages?${query}`,
        undefined,
        signal,
      );
      all.push(...page.messages);
      cursor = page.next_cursor;
    } while (cursor !== null);
    return all;
  },
  rename: (id: string, title: string) => call<Conversation>("PATCH", address(id), { title }),
  remove: (id: string) => call<undefined>("DELETE", address(id)),
};

function address(id: string): string {
  return `/api/v1/conversations/${encodeURIComponent(id)}`;
}

function brokenBy(data: string): Problem {
  const { status } = JSON.parse(data) as { status?: unknown };
  return Problem.parse(typeof status === "number" ? status : 500, data);
}
