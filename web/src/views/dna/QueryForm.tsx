import { type SyntheticEvent, useState } from "react";

import { texts } from "../../texts";
import { Button, Field, TextArea } from "../../ui";
import { Alike } from "../asking/Alike";
import type { QueryFormProps } from "../view";
import { Class } from "./Class";
import styles from "./QueryForm.module.css";
import { type DnaQuery, LONGEST, lettersOf, queryOf } from "./query";

/** A sequence to ask with, and the class that it has. */
export function QueryForm({ application, collection, query, problem, busy, onSearch, onType }: QueryFormProps<DnaQuery>) {
  const asked = query?.sequence ?? "";
  const [written, setWritten] = useState(asked);
  const [followed, setFollowed] = useState(asked);
  const [answered, setAnswered] = useState("");
  const letters = lettersOf(written).length;

  if (!busy && problem === null && asked !== answered) setAnswered(asked);

  // Going back brings another sequence; what was pasted may have a header and spaces that the query has not.
  if (asked !== followed) {
    setFollowed(asked);
    if (queryOf(written)?.sequence !== asked) setWritten(asked);
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const wanted = queryOf(written) ?? (query?.item_id === undefined ? null : { item_id: query.item_id });
    if (wanted) onSearch(wanted);
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
          hint={letters > LONGEST ? texts.dna.tooLong(LONGEST) : texts.dna.letters(letters)}
          error={problem?.fields.get("sequence")}
        >
          <TextArea
            code
            rows={5}
            placeholder={texts.dna.paste}
            value={written}
            onChange={(event) => setWritten(event.target.value)}
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
                setWritten("");
                onType(null);
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
