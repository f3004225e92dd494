import { type SyntheticEvent, useState } from "react";

import { useItem } from "../../api/queries";
import { texts } from "../../texts";
import { Button, Field, IconButton, Input } from "../../ui";
import { AlikeIcon, CloseIcon } from "../../ui/icons";
import type { QueryFormProps } from "../view";
import styles from "./QueryForm.module.css";
import { LONGEST, type TitleQuery, queryOf } from "./query";

/** Words of a title, or of what it is about. */
export function QueryForm({ application, collection, query, problem, busy, onSearch, onType }: QueryFormProps<TitleQuery>) {
  const asked = query?.text ?? "";
  const [words, setWords] = useState(asked);
  // Going back brings other words; what is typed has spaces that a query has not.
  if (words.trim() !== asked) setWords(asked);

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (query) onSearch(query);
  }

  return (
    <form className={styles["form"]} role="search" aria-label={texts.search.form} onSubmit={submit}>
      {query?.item_id !== undefined && (
        <Alike
          application={application.name}
          collection={collection.name}
          id={query.item_id}
          onRemove={() => onType(null)}
        />
      )}
      <Field label={texts.recommend.about} error={problem?.fields.get("text")}>
        <Input
          type="search"
          maxLength={LONGEST}
          placeholder={texts.recommend.aboutExample}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            onType(queryOf(event.target.value));
          }}
        />
      </Field>
      <Button type="submit" kind="primary" aria-busy={busy || undefined}>
        {texts.search.submit}
      </Button>
    </form>
  );
}

function Alike({ application, collection, id, onRemove }: {
  application: string;
  collection: string;
  id: string;
  onRemove: () => void;
}) {
  const { data } = useItem(application, collection, id);
  return (
    <p className={styles["alike"]}>
      <AlikeIcon />
      <span>{texts.text.alikeTo(data ? data.name : texts.item.title)}</span>
      <IconButton label={texts.text.alikeRemove} onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
    </p>
  );
}
