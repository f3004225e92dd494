import { useRef, useState } from "react";

import { texts } from "../../texts";
import { Alike } from "../asking/Alike";
import { Modes } from "../asking/Modes";
import { SearchBar } from "../asking/SearchBar";
import { SearchBox } from "../asking/SearchBox";
import type { QueryFormProps } from "../view";
import styles from "./QueryForm.module.css";
import { LONGEST, type Mode, type TextQuery, modeOf, queryOf } from "./query";

const MODES: readonly Mode[] = ["hybrid", "meaning", "keywords"];

/** One line to ask with, and by what it is searched. */
export function QueryForm({ application, collection, query, problem, busy, onSearch, onType }: QueryFormProps<TextQuery>) {
  const asked = query?.text ?? "";
  const [words, setWords] = useState(asked);
  // Chosen before there are words to search with; then the address has it.
  const [chosen, setChosen] = useState<Mode>(modeOf(query));
  const box = useRef<HTMLInputElement>(null);
  const mode = query?.text === undefined ? chosen : modeOf(query);
  const alike = query?.item_id;

  // Going back, or a hit's "more like this", brings other words; what is typed has spaces that a query has not.
  if (words.trim() !== asked) setWords(asked);

  function type(next: string): void {
    setWords(next);
    setChosen(mode);
    onType(queryOf(next.slice(0, LONGEST), mode));
  }

  function choose(next: Mode): void {
    setChosen(next);
    const wanted = queryOf(words, next);
    if (wanted) onSearch(wanted);
    else box.current?.focus();
  }

  return (
    <SearchBar
      busy={busy}
      asTyped
      onSubmit={() => {
        if (query) onSearch(query);
        else box.current?.focus();
      }}
      line={
        <SearchBox
          ref={box}
          label={texts.text.ask}
          maxLength={LONGEST}
          aria-invalid={problem?.fields.has("text") || undefined}
          placeholder={alike === undefined ? texts.text.askFirst : ""}
          value={words}
          onType={type}
          clearLabel={texts.text.clear}
          onClear={() => type("")}
          before={
            alike !== undefined && (
              <Alike
                application={application.name}
                collection={collection.name}
                id={alike}
                onRemove={() => {
                  onType(null);
                  box.current?.focus();
                }}
              />
            )
          }
        />
      }
    >
      {"keywords" in collection.vectors ? (
        <Modes
          modes={MODES}
          mode={mode}
          texts={texts.text}
          help={texts.text.modeHelp[alike === undefined ? mode : "meaning"]}
          disabled={alike !== undefined}
          onChoose={choose}
        />
      ) : (
        <p className={styles["help"]}>{texts.text.onlyMeaning}</p>
      )}
    </SearchBar>
  );
}
