import { useRef, useState } from "react";

import { texts } from "../../texts";
import { Button } from "../../ui";
import { CloseIcon, PictureIcon, RefineIcon } from "../../ui/icons";
import { SearchBar } from "../asking/SearchBar";
import { SearchBox } from "../asking/SearchBox";
import { useQueryFile } from "../moments/useQueryFile";
import type { QueryFormProps } from "../view";
import styles from "./QueryForm.module.css";
import { Tuning } from "./Tuning";
import { type AnalysisQuery, tidy, toggled } from "./query";
import { useWho } from "./useWho";

/** Names to look for together, typed or chosen from those that are there; or the picture of a face. */
export function QueryForm({ application, collection, query, busy, onSearch, onType }: QueryFormProps<AnalysisQuery>) {
  const [words, setWords] = useState("");
  const [tuning, setTuning] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { data } = useWho(application.name, collection.name);
  const names = query?.names ?? [];
  const there = data ? [...data.known.map((one) => one.name), ...data.unknown.map((one) => one.name), ...data.classes] : [];
  const faces = application.operations.includes("name");
  const { sending, send } = useQueryFile((media_id) => onSearch({ media_id, ...(faces && { find: "face" }) }));

  function ask(next: readonly string[]): void {
    if (next.length) onSearch({ names: [...next] });
    else onType(null);
  }

  function submit(): void {
    const next = tidy([...names, ...words.split(",")]);
    setWords("");
    if (next.length) onSearch({ names: next });
  }

  return (
    <SearchBar
      busy={busy}
      onSubmit={submit}
      line={
        <SearchBox
          ref={box}
          label={texts.analysis.names}
          maxLength={1000}
          placeholder={texts.analysis.namesShort}
          value={words}
          onType={setWords}
          clearLabel={texts.text.clear}
          onClear={() => setWords("")}
        />
      }
      ways={
        <>
          <Button onClick={() => chooser.current?.click()}>
            <PictureIcon />
            {faces ? texts.analysis.byFace : texts.analysis.byPicture}
          </Button>
          <Button
            aria-label={texts.analysis.tune}
            title={texts.analysis.tune}
            aria-expanded={tuning}
            onClick={() => setTuning(!tuning)}
          >
            <RefineIcon />
          </Button>
        </>
      }
    >
      <input
        ref={chooser}
        type="file"
        accept="image/*"
        hidden
        aria-label={faces ? texts.analysis.byFace : texts.analysis.byPicture}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void send(file, file.name);
          // Choosing the same file again must be a change, too.
          event.target.value = "";
        }}
      />
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
      {tuning && (
        <Tuning
          application={application.name}
          collection={collection.name}
          limited={faces ? ["faces", "things"] : ["things"]}
        />
      )}
    </SearchBar>
  );
}
