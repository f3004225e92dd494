import { type InfiniteData, useQueryClient } from "@tanstack/react-query";
import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";

import { conversations } from "../../api/conversations";
import { keys } from "../../api/queries";
import type { Answered, Begun, Collection, Conversation, ConversationPage, Message } from "../../api/types";

/** A question that is being answered. */
export interface Turn {
  question: string;
  /** In which conversation; null until the server has begun it. */
  conversation: string | null;
  begun: Begun | null;
  text: string;
}

/** Why a question got no answer, or only the beginning of one, which then is among the messages. */
export interface Failure {
  question: string;
  begun: boolean;
  error: Error;
}

/**
 * Asks, one question at a time. What is answered goes to the messages of its conversation.
 *
 * `onBegin` is told the id of a new conversation; `onTakeBack` gets a question that was stopped before anything came.
 */
export function useAsking(
  collection: Collection,
  conversation: string | null,
  { onBegin, onTakeBack }: { onBegin: (id: string) => void; onTakeBack: (question: string) => void },
) {
  const cache = useQueryClient();
  const [turn, setTurn] = useState<Turn | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const work = useRef<{ control: AbortController; conversation: string | null } | null>(null);
  const { application, name } = collection;

  const leave = useEffectEvent(() => {
    const running = work.current;
    if (running?.conversation === conversation && turn) return;
    running?.control.abort();
    setTurn(null);
    setFailure(null);
  });
  useLayoutEffect(() => leave(), [conversation]);
  useEffect(() => () => work.current?.control.abort(), []);

  function keep(turn: Turn, message: Partial<Message>): void {
    if (!turn.conversation) return;
    const now = new Date().toISOString();
    const bare = { citations: [], form: null, found: null, complete: true, flags: [], created_at: now };
    cache.setQueryData<Message[]>(keys.messages(turn.conversation), (before = []) => [
      ...before,
      { ...bare, id: crypto.randomUUID(), role: "user", text: turn.question },
      {
        ...bare,
        id: crypto.randomUUID(),
        role: "assistant",
        text: turn.text,
        citations: turn.begun?.citations ?? [],
        form: turn.begun?.form ?? null,
        ...message,
      },
    ]);
  }

  function ended({ message_id, found, flags }: Answered): Partial<Message> {
    return { id: message_id, found, flags };
  }

  async function ask(question: string): Promise<void> {
    work.current?.control.abort();
    const running = { control: new AbortController(), conversation };
    work.current = running;
    let now: Turn = { question, conversation, begun: null, text: "" };
    const show = (change: Partial<Turn>): void => {
      now = { ...now, ...change };
      setTurn(now);
    };
    show({});
    setFailure(null);
    try {
      const asked = { question, ...(conversation && { conversation_id: conversation }) };
      for await (const event of conversations.ask(application, name, asked, running.control.signal)) {
        if (event.kind === "answer") show({ text: now.text + event.text });
        else if (event.kind === "citations") {
          const id = event.conversation_id;
          const isNew = now.conversation === null;
          running.conversation = id;
          // The address follows at once, and must find it.
          flushSync(() => show({ begun: event, conversation: id }));
          if (isNew) {
            cache.setQueryData<Message[]>(keys.messages(id), []);
            listed(id, question);
            onBegin(id);
          }
        } else {
          keep(now, ended(event));
          setTurn(null);
        }
      }
      await cache.invalidateQueries({ queryKey: keys.conversations(application, name) });
    } catch (error) {
      const stopped = running.control.signal.aborted;
      if (now.begun) keep(now, { complete: false });
      if (work.current !== running) return;
      setTurn(null);
      if (!stopped) setFailure({ question, begun: now.begun !== null, error: error as Error });
      else if (!now.begun) onTakeBack(question);
    } finally {
      if (work.current === running) work.current = null;
    }
  }

  /** In the list before the server tells of it, which it does when there is an answer. */
  function listed(id: string, title: string): void {
    const now = new Date().toISOString();
    const one: Conversation = { id, application, collection: name, title, created_at: now, updated_at: now };
    cache.setQueryData<InfiniteData<ConversationPage>>(keys.conversations(application, name), (before) => {
      const [first, ...rest] = before?.pages ?? [];
      return before && first
        ? { ...before, pages: [{ ...first, conversations: [one, ...first.conversations] }, ...rest] }
        : before;
    });
  }

  return { turn, failure, ask, stop: () => work.current?.control.abort() };
}
