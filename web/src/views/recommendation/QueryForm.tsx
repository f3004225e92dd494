import { useRef, useState } from "react";

import { texts } from "../../texts";
import { Alike } from "../asking/Alike";
import { SearchBar } from "../asking/SearchBar";
import { SearchBox } from "../asking/SearchBox";
import type { QueryFormProps } from "../view";
import { LONGEST, type TitleQuery, queryOf } from "./query";

/** Words of a title, or of what it is about. */
export function QueryForm({ application, collection, query, problem, busy, onSearch, onType }: QueryFormProps<TitleQuery>) {
  const asked = query?.text ?? "";
  const [words, setWords] = useState(asked);
  const box = useRef<HTMLInputElement>(null);
  const alike = query?.item_id;

  // Going back brings other words; what is typed has spaces that a query has not.
  if (words.trim() !== asked) setWords(asked);

  function type(next: string): void {
    setWords(next);
    onType(queryOf(next));
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
          label={texts.recommend.about}
          maxLength={LONGEST}
          aria-invalid={problem?.fields.has("text") || undefined}
          placeholder={alike === undefined ? texts.recommend.about : ""}
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
    />
  );
}
