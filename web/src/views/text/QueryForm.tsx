import { type SyntheticEvent, useRef, useState } from "react";

import { useItem } from "../../api/queries";
import { texts } from "../../texts";
import { Button, IconButton } from "../../ui";
import { AlikeIcon, CloseIcon, SearchIcon } from "../../ui/icons";
import { titleOf } from "../reading/titles";
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

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (query) onSearch(query);
    else box.current?.focus();
  }

  return (
    <div className={styles["bar"]}>
      <form className={styles["line"]} role="search" aria-label={texts.search.form} onSubmit={submit}>
        <div className={styles["box"]}>
          <SearchIcon size={20} />
          {alike !== undefined && (
            <Alike
              application={application.name}
              collection={collection.name}
              id={alike}
              onRemove={() => {
                onType(null);
                box.current?.focus();
              }}
            />
          )}
          <input
            ref={box}
            type="text"
            enterKeyHint="search"
            autoComplete="off"
            maxLength={LONGEST}
            aria-label={texts.text.ask}
            aria-invalid={problem?.fields.has("text") || undefined}
            placeholder={alike === undefined ? texts.text.askFirst : ""}
            value={words}
            onChange={(event) => type(event.target.value)}
          />
          {words && (
            <IconButton
              label={texts.text.clear}
              onClick={() => {
                type("");
                box.current?.focus();
              }}
            >
              <CloseIcon size={16} />
            </IconButton>
          )}
        </div>
        <Button type="submit" kind="primary" aria-busy={busy || undefined}>
          {texts.search.submit}
        </Button>
      </form>
      {"keywords" in collection.vectors ? (
        <fieldset className={styles["modes"]} disabled={alike !== undefined}>
          <legend className={styles["legend"]}>{texts.text.mode}</legend>
          <div className={styles["choice"]}>
            {MODES.map((one) => (
              <label key={one} title={texts.text.modeHelp[one]}>
                <input type="radio" name="mode" checked={mode === one} onChange={() => choose(one)} />
                {texts.text.modes[one]}
              </label>
            ))}
          </div>
          <p className={styles["help"]}>{texts.text.modeHelp[alike === undefined ? mode : "meaning"]}</p>
        </fieldset>
      ) : (
        <p className={styles["help"]}>{texts.text.onlyMeaning}</p>
      )}
    </div>
  );
}

/** The text that others are to be like. */
function Alike({ application, collection, id, onRemove }: {
  application: string;
  collection: string;
  id: string;
  onRemove: () => void;
}) {
  const { data } = useItem(application, collection, id);
  return (
    <span className={styles["alike"]}>
      <AlikeIcon />
      <span>{texts.text.alikeTo(data ? titleOf(data) : texts.item.title)}</span>
      <IconButton label={texts.text.alikeRemove} onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
    </span>
  );
}
