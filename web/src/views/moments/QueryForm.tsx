import { useRef, useState } from "react";

import { useItem } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { clock, texts } from "../../texts";
import { Button, IconButton } from "../../ui";
import { AlikeIcon, CloseIcon, PictureIcon, WaveIcon } from "../../ui/icons";
import { DropHint } from "../asking/DropHint";
import { Modes } from "../asking/Modes";
import { SearchBar } from "../asking/SearchBar";
import { SearchBox } from "../asking/SearchBox";
import { useGivenFiles } from "../asking/useGivenFiles";
import type { QueryFormProps } from "../view";
import styles from "./QueryForm.module.css";
import { Recorder } from "./Recorder";
import { type MomentQuery, LONGEST, canAsk } from "./query";
import { nameOf, useQueryFile } from "./useQueryFile";

const WAYS = ["alike", "same"] as const;

/** One bar to ask with: words where the application understands them, files, the microphone, and parts of items. */
export function QueryForm({ application, collection, query, busy, onSearch, onType }: QueryFormProps<MomentQuery>) {
  const withWords = has(application, "text");
  const withFind = has(application, "find");
  const [words, setWords] = useState(query?.text ?? "");
  const box = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const { sending, send } = useQueryFile((media_id) => onSearch({ media_id, ...(query?.find && { find: query.find }) }));

  const hovering = useGivenFiles((files) => {
    const file = files.find(canAsk);
    if (file) void send(file, file.name);
  });

  // Going back, or a hit's "more like this", brings other words; what is typed has spaces that a query has not.
  if (words.trim() !== (query?.text ?? "")) setWords(query?.text ?? "");

  function type(next: string): void {
    setWords(next);
    onType(next.trim() ? { text: next.trim() } : null);
  }

  return (
    <SearchBar
      busy={withWords ? busy : undefined}
      onSubmit={() => {
        if (query) onSearch(query);
      }}
      line={
        withWords ? (
          <SearchBox
            ref={box}
            label={texts.moments.describe}
            maxLength={LONGEST}
            placeholder={texts.moments.describe}
            value={words}
            onType={type}
            clearLabel={texts.moments.clear}
            onClear={() => type("")}
          />
        ) : (
          <p className={styles["prompt"]}>{texts.moments.prompt}</p>
        )
      }
      ways={
        <>
          <Button onClick={() => chooser.current?.click()}>
            {withWords ? <PictureIcon /> : <WaveIcon />}
            {withWords ? texts.moments.pictureOrVideo : texts.moments.sound}
          </Button>
          {!withWords && <Recorder onRecord={(sound) => void send(sound, texts.moments.recorded)} />}
        </>
      }
    >
      {withFind && (
        <Modes
          modes={WAYS}
          mode={query?.find ?? "alike"}
          texts={texts.moments.find}
          help={texts.moments.find.modeHelp[query?.find ?? "alike"]}
          disabled={!query}
          onChoose={(way) => {
            if (!query) return;
            const next = { ...query };
            delete next.find;
            onSearch(way === "same" ? { ...next, find: way } : next);
          }}
        />
      )}
      <input
        ref={chooser}
        type="file"
        accept={withWords ? "image/*,video/*" : "audio/*,video/*"}
        hidden
        aria-label={withWords ? texts.moments.pictureOrVideo : texts.moments.sound}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void send(file, file.name);
          // Choosing the same file again must be a change, too.
          event.target.value = "";
        }}
      />
      {sending !== null && <p role="status">{texts.moments.sending(sending)}</p>}
      {sending === null && query && query.text === undefined && (
        <Asked application={application} collection={collection} query={query} onRemove={() => onType(null)} />
      )}
      {hovering && (
        <DropHint icon={withWords ? <PictureIcon size={28} /> : <WaveIcon size={28} />}>{texts.moments.dropHere}</DropHint>
      )}
    </SearchBar>
  );
}

function has(application: Application, name: string): boolean {
  const properties = application.query_schema["properties"];
  return typeof properties === "object" && properties !== null && name in properties;
}

/** What is asked with, if it is not words. */
function Asked({ application, collection, query, onRemove }: {
  application: Application;
  collection: Collection;
  query: MomentQuery;
  onRemove: () => void;
}) {
  if (query.item_id === undefined) {
    return <Chip name={nameOf(query.media_id ?? "") ?? texts.moments.sharedFile} query={query} onRemove={onRemove} />;
  }
  return <AskedItem application={application} collection={collection} query={query} id={query.item_id} onRemove={onRemove} />;
}

function AskedItem({ application, collection, query, id, onRemove }: {
  application: Application;
  collection: Collection;
  query: MomentQuery;
  id: string;
  onRemove: () => void;
}) {
  const { data } = useItem(application.name, collection.name, id);
  return <Chip name={data?.name ?? texts.item.title} query={query} onRemove={onRemove} />;
}

function Chip({ name, query, onRemove }: { name: string; query: MomentQuery; onRemove: () => void }) {
  const { part } = query;
  return (
    <p className={styles["chip"]}>
      <AlikeIcon />
      <span>{texts.moments.alikeTo(name)}</span>
      {part && <span className="figures">{texts.moments.between(clock(part.start), clock(part.end))}</span>}
      <IconButton label={texts.moments.remove(name)} onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
    </p>
  );
}
