import { type KeyboardEvent, type SyntheticEvent, useEffect, useMemo } from "react";

import { LiveSearch, liveAddress } from "../../api/live";
import { useSearch } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";
import { Button } from "../../ui";
import { SendIcon, StopIcon } from "../../ui/icons";
import { passageOf } from "../../views/reading/passage";
import styles from "./Composer.module.css";

const LONGEST = 2000;
const LOOKED_AT = 8;
const SHOWN = 3;
// Letters before it is worth looking.
const ENOUGH = 3;

interface ComposerProps {
  application: Application;
  collection: Collection;
  words: string;
  /** Nothing was said yet. */
  first: boolean;
  busy: boolean;
  onWords: (words: string) => void;
  onAsk: (question: string) => void;
  onStop: () => void;
}

/** Where a question is written; stored ones that are like it are offered meanwhile. */
export function Composer({ application, collection, words, first, busy, onWords, onAsk, onStop }: ComposerProps) {
  const similar = useSimilar(application, collection, busy ? "" : words.trim());

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (words.trim() && !busy) onAsk(words.trim());
  }

  function key(event: KeyboardEvent): void {
    // Enter also ends the writing of a word in many languages.
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) submit(event);
  }

  return (
    <div className={styles["composer"]}>
      {similar.length > 0 && (
        <section className={styles["similar"]} aria-label={texts.chat.similar}>
          <ul>
            {similar.map((one) => (
              <li key={one}>
                <button type="button" onClick={() => onAsk(one)}>
                  {one}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <form className={styles["form"]} onSubmit={submit}>
        <textarea
          id="question"
          rows={1}
          maxLength={LONGEST}
          enterKeyHint="send"
          aria-label={texts.chat.ask}
          placeholder={first ? texts.chat.askFirst : texts.chat.askOn}
          value={words}
          onChange={(event) => onWords(event.target.value)}
          onKeyDown={key}
        />
        {busy ? (
          <Button onClick={onStop}>
            <StopIcon />
            {texts.chat.stop}
          </Button>
        ) : (
          <Button type="submit" kind="primary" disabled={!words.trim()}>
            <SendIcon />
            {texts.chat.send}
          </Button>
        )}
      </form>
    </div>
  );
}

/** Stored questions that mean about what is being written. */
function useSimilar(application: Application, collection: Collection, words: string): string[] {
  const live = useMemo(
    () => new LiveSearch(liveAddress(application.name, collection.name)),
    [application.name, collection.name],
  );
  useEffect(() => () => live.close(), [live]);
  const query = words.length < ENOUGH ? null : { text: words, mode: "meaning", limit: LOOKED_AT };
  const found = useSearch(application.name, collection.name, query, live);
  if (!query) return [];
  const hits = found.data?.pages[0]?.hits ?? [];
  const questions = hits.filter((hit) => passageOf(hit.segment).answer !== null).map((hit) => hit.segment.text ?? "");
  return questions.filter((one) => one !== words).slice(0, SHOWN);
}
