import { type SyntheticEvent, useRef, useState } from "react";

import { addMedia } from "../../api/media";
import { reason } from "../../api/problem";
import { texts } from "../../texts";
import { Button, useToast } from "../../ui";
import { CloseIcon, PictureIcon, SearchIcon } from "../../ui/icons";
import type { QueryFormProps } from "../view";
import styles from "./QueryForm.module.css";
import { type AnalysisQuery, tidy, toggled } from "./query";
import { useWho } from "./useWho";

/** Names to look for together, typed or chosen from those that are there; or the picture of a face. */
export function QueryForm({ application, collection, query, busy, onSearch, onType }: QueryFormProps<AnalysisQuery>) {
  const [words, setWords] = useState("");
  const chooser = useRef<HTMLInputElement>(null);
  const toast = useToast();
  const [sending, setSending] = useState<string | null>(null);
  const { data } = useWho(application.name, collection.name);
  const names = query?.names ?? [];
  const there = data ? [...data.known.map((one) => one.name), ...data.unknown.map((one) => one.name), ...data.classes] : [];
  const faces = application.operations.includes("name");

  function ask(next: readonly string[]): void {
    if (next.length) onSearch({ names: [...next] });
    else onType(null);
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    const next = tidy([...names, ...words.split(",")]);
    setWords("");
    if (next.length) onSearch({ names: next });
  }

  async function send(file: File): Promise<void> {
    setSending(file.name);
    try {
      const { media_id } = await addMedia(file, file.name).done;
      onSearch({ media_id, ...(faces && { find: "face" }) });
    } catch (error) {
      toast("failed", reason(error));
    }
    setSending(null);
  }

  return (
    <div className={styles["bar"]}>
      <form className={styles["line"]} role="search" aria-label={texts.search.form} onSubmit={submit}>
        <div className={styles["box"]}>
          <SearchIcon size={20} />
          <input
            type="text"
            enterKeyHint="search"
            autoComplete="off"
            maxLength={1000}
            aria-label={texts.analysis.names}
            placeholder={texts.analysis.names}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
        <Button onClick={() => chooser.current?.click()}>
          <PictureIcon />
          {faces ? texts.analysis.byFace : texts.analysis.byPicture}
        </Button>
        <Button type="submit" kind="primary" aria-busy={busy || undefined}>
          {texts.search.submit}
        </Button>
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          hidden
          aria-label={faces ? texts.analysis.byFace : texts.analysis.byPicture}
          onChange={(event) => {
            const file = event.target.files?.[0];
            if (file) void send(file);
            // Choosing the same file again must be a change, too.
            event.target.value = "";
          }}
        />
      </form>
      {sending !== null && <p role="status">{texts.moments.sending(sending)}</p>}
      {query && !query.names && (
        <Button kind="quiet" onClick={() => onType(null)}>
          <CloseIcon size={16} />
          {texts.analysis.noPicture}
        </Button>
      )}
      <div className={styles["names"]} role="group" aria-label={texts.analysis.choose}>
        {[...new Set([...names, ...there])].map((name) => (
          <button key={name} type="button" aria-pressed={names.includes(name)} onClick={() => ask(toggled(names, name))}>
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}
