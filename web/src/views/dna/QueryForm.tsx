import { type SyntheticEvent, useRef, useState } from "react";

import { texts } from "../../texts";
import { Button, Field, TextArea } from "../../ui";
import { Alike } from "../asking/Alike";
import type { QueryFormProps } from "../view";
import { Class } from "./Class";
import styles from "./QueryForm.module.css";
import { type DnaQuery, LONGEST, queryOf, sequencesOf } from "./query";

/** A sequence to ask with, and the class that it has. */
export function QueryForm({ application, collection, query, problem, busy, onSearch, onType }: QueryFormProps<DnaQuery>) {
  const asked = query?.sequence ?? "";
  const [written, setWritten] = useState(asked);
  const [followed, setFollowed] = useState(asked);
  const [answered, setAnswered] = useState("");
  const [isMissing, setMissing] = useState(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const sequences = sequencesOf(written);
  const [first] = sequences;
  const letters = first?.letters.length ?? 0;
  const missing = isMissing ? (written.trim() ? texts.dna.onlyHeader : texts.dna.nothing) : undefined;

  if (!busy && problem === null && asked !== answered) setAnswered(asked);

  // Going back brings another sequence; what was pasted may have a header and spaces that the query has not.
  if (asked !== followed) {
    setFollowed(asked);
    if (queryOf(written)?.sequence !== asked) setWritten(asked);
    setMissing(false);
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const alike = written.trim() ? undefined : query?.item_id;
    const wanted = queryOf(written) ?? (alike === undefined ? null : { item_id: alike });
    setMissing(wanted === null);
    if (wanted) onSearch(wanted);
    else box.current?.focus();
  }

  function write(text: string): void {
    setWritten(text);
    setMissing(false);
  }

  return (
    <div className={styles["panel"]}>
      <form className={styles["form"]} role="search" aria-label={texts.search.form} onSubmit={submit}>
        {query?.item_id !== undefined && (
          <Alike
            application={application.name}
            collection={collection.name}
            id={query.item_id}
            onRemove={() => onType(null)}
          />
        )}
        <Field
          label={texts.dna.sequence}
          hint={[
            letters > LONGEST ? texts.dna.tooLong(LONGEST) : texts.dna.letters(letters),
            sequences.length > 1 && texts.dna.several(sequences.length, first?.name ?? ""),
          ]
            .filter(Boolean)
            .join(" · ")}
          error={missing ?? problem?.fields.get("sequence")}
        >
          <TextArea
            ref={box}
            code
            rows={5}
            placeholder={texts.dna.paste}
            value={written}
            onChange={(event) => write(event.target.value)}
          />
        </Field>
        <div className={styles["buttons"]}>
          <Button type="submit" kind="primary" aria-busy={busy || undefined}>
            {texts.search.submit}
          </Button>
          {written && (
            <Button
              kind="quiet"
              onClick={() => {
                write("");
                onType(null);
                box.current?.focus();
              }}
            >
              {texts.text.clear}
            </Button>
          )}
        </div>
      </form>
      {query?.sequence !== undefined && problem === null && (
        <Class application={application.name} collection={collection.name} sequence={asked} known={asked === answered} />
      )}
    </div>
  );
}
