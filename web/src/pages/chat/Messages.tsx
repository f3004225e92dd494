import { useMemo } from "react";

import type { Message } from "../../api/types";
import { texts } from "../../texts";
import { Button } from "../../ui";
import { AlertIcon } from "../../ui/icons";
import { Answer, type Said } from "./Answer";
import styles from "./Messages.module.css";
import type { Failure, Turn } from "./useAsking";

interface MessagesProps {
  messages: readonly Message[];
  turn: Turn | null;
  failure: Failure | null;
  onAsk: (question: string) => void;
  /** Open an item at a part of it. */
  onOpen: (id: string, at: number) => void;
}

/** What was said, and what is being said. */
export function Messages({ messages, turn, failure, onAsk, onOpen }: MessagesProps) {
  const pairs = useMemo(() => inPairs(messages), [messages]);
  return (
    <>
      <ol className={styles["messages"]} aria-label={texts.chat.log}>
        {pairs.map(({ question, answer }, at) => (
          <li key={question?.id ?? answer?.id}>
            {question && <Question text={question.text} />}
            {answer && (
              <Answer
                said={answer}
                onOpen={onOpen}
                onAsk={onAsk}
                question={question?.text ?? null}
                isLast={at === pairs.length - 1 && !turn}
              />
            )}
          </li>
        ))}
        {turn && (
          <li>
            <Question text={turn.question} />
            <Answer said={saidBy(turn)} onOpen={onOpen} onAsk={onAsk} question={turn.question} isLast={false} />
          </li>
        )}
      </ol>
      {failure && (
        <div className={styles["failure"]}>
          {!failure.begun && <Question text={failure.question} />}
          <div className={styles["problem"]} role="alert">
            <AlertIcon />
            <p>{failure.error.message}</p>
            {!failure.begun && <Button onClick={() => onAsk(failure.question)}>{texts.chat.again}</Button>}
          </div>
        </div>
      )}
      <p className="unseen" role="status">
        {turn ? (turn.begun ? texts.chat.answering : texts.chat.searching) : messages.length > 0 && texts.chat.answered}
      </p>
    </>
  );
}

function Question({ text }: { text: string }) {
  return (
    <div className={styles["question"]}>
      <h2 className="unseen">{texts.chat.you}</h2>
      <p dir="auto">{text}</p>
    </div>
  );
}

function saidBy({ begun, text }: Turn): Said {
  return { text, citations: begun?.citations ?? [], form: begun?.form ?? null, found: null, complete: true, flags: [], busy: true };
}

interface Pair {
  question: Message | null;
  answer: Message | null;
}

function inPairs(messages: readonly Message[]): Pair[] {
  const pairs: Pair[] = [];
  for (const message of messages) {
    const last = pairs.at(-1);
    if (message.role === "user") pairs.push({ question: message, answer: null });
    else if (last && !last.answer) last.answer = message;
    else pairs.push({ question: null, answer: message });
  }
  return pairs;
}
