import { useMemo } from "react";

import type { Message } from "../../api/types";
import { texts } from "../../texts";
import { Button, CopyButton } from "../../ui";
import { RetryIcon } from "../../ui/icons";
import styles from "./Answer.module.css";
import { Cited, citedIn } from "./Cited";
import { Markdown } from "./Markdown";
import { Source } from "./Source";
import { asText } from "./copied";
import { relatedTo } from "./related";

export interface Said extends Pick<Message, "text" | "citations" | "form" | "found" | "complete" | "flags"> {
  /** More of it comes. */
  busy?: boolean;
}

interface AnswerProps {
  said: Said;
  question: string | null;
  isLast: boolean;
  onAsk: (question: string) => void;
  /** Open an item at a part of it. */
  onOpen: (id: string, at: number) => void;
}

const NEAREST = 3;

/** An answer, with the passages that it is from. */
export function Answer({ said, question, isLast, onAsk, onOpen }: AnswerProps) {
  const { text, citations, form, found, complete, flags, busy = false } = said;
  const byNumber = useMemo(() => new Map(citations.map((one) => [one.number, one])), [citations]);
  const cited = citedIn(text).flatMap((number) => byNumber.get(number) ?? []);
  const sources = cited.length || found !== false ? cited : citations.slice(0, NEAREST);
  const related = isLast ? relatedTo(citations, sources, question) : [];

  function cite(number: number) {
    const citation = byNumber.get(number);
    if (!citation) return null;
    return (
      <button
        type="button"
        className={styles["mark"]}
        aria-label={texts.chat.source(number, citation.title)}
        title={citation.title}
        onClick={() => onOpen(citation.item_id, citation.ordinal)}
      >
        {number}
      </button>
    );
  }

  return (
    <article className={styles["answer"]} aria-busy={busy || undefined} aria-label={texts.chat.answer}>
      {text === "" && busy && (
        <p className={styles["waiting"]}>{citations.length ? texts.chat.answering : texts.chat.searching}</p>
      )}
      {text !== "" &&
        (form === "generative" ? (
          <Markdown text={text} cite={cite} />
        ) : (
          <p className={styles["quoted"]} dir="auto">
            <Cited text={text} cite={cite} />
          </p>
        ))}
      {!complete && <p className={styles["note"]}>{texts.chat.stopped}</p>}
      {flags.map((flag) => (
        <p key={flag} className={styles["warning"]}>
          {texts.chat.flags[flag] ?? flag}
        </p>
      ))}
      {sources.length > 0 && (
        <section className={styles["sources"]}>
          <h3>{cited.length ? texts.chat.sources : texts.chat.nearest}</h3>
          <ol>
            {sources.map((one) => (
              <li key={one.number}>
                <Source citation={one} onOpen={() => onOpen(one.item_id, one.ordinal)} />
              </li>
            ))}
          </ol>
        </section>
      )}
      {!busy && (
        <footer className={styles["foot"]}>
          {text !== "" && <CopyButton text={asText(text, cited)} label={texts.chat.copy} />}
          {isLast && !complete && question !== null && (
            <Button kind="quiet" onClick={() => onAsk(question)}>
              <RetryIcon />
              {texts.chat.again}
            </Button>
          )}
          {form && found && (
            <span className={styles["form"]}>{form === "generative" ? texts.chat.written : texts.chat.quoted}</span>
          )}
        </footer>
      )}
      {related.length > 0 && (
        <section className={styles["related"]}>
          <h3>{texts.chat.related}</h3>
          <ul>
            {related.map((one) => (
              <li key={one}>
                <Button onClick={() => onAsk(one)}>{one}</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </article>
  );
}
