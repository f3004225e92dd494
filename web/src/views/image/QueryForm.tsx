import { useRef, useState } from "react";

import type { Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, IconButton, Menu } from "../../ui";
import { AlertIcon, CameraIcon, MinusIcon, PictureIcon, PlusIcon } from "../../ui/icons";
import { DropHint } from "../asking/DropHint";
import { SearchBar } from "../asking/SearchBar";
import { SearchBox } from "../asking/SearchBox";
import { useGivenFiles } from "../asking/useGivenFiles";
import type { QueryFormProps } from "../view";
import { Camera } from "./Camera";
import { Chip } from "./Chip";
import styles from "./QueryForm.module.css";
import { type ImageQuery, type Mix, type Part, MOST_PARTS, expiredParts, mixOf, queryOf } from "./query";
import { useQueryPicture } from "./useQueryPicture";

/** One bar to ask with: words, pictures, the camera, and what is mixed of them. */
export function QueryForm({ application, collection, query, problem, busy, live, ...on }: QueryFormProps<ImageQuery>) {
  const mix = mixOf(query);
  const [words, setWords] = useState(mix.words);
  const [filming, setFilming] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const use = useRef<(mediaId: string) => void>(become);
  const { sending, send, onlyPicture } = useQueryPicture();
  const hovering = useGivenFiles((files) => give(files, become));

  // Going back, or a hit's "more like this", brings other words; what is typed has spaces that a query has not.
  if (words.trim() !== mix.words) setWords(mix.words);

  const gone = expiredParts(problem, mix.parts);

  function ask(next: Mix): void {
    const wanted = queryOf(next);
    if (wanted) on.onSearch(wanted);
    else on.onType(null);
  }

  function type(next: string): void {
    setWords(next);
    on.onType(queryOf({ words: next.trim(), parts: mix.parts }));
  }

  function addWords(weight: number): void {
    ask({ words: "", parts: [...mix.parts, { text: mix.words, weight }] });
    box.current?.focus();
  }

  function change(at: number, part: Part | null): Mix {
    return { words: mix.words, parts: mix.parts.flatMap((one, n) => (n === at ? (part ?? []) : one)) };
  }

  /** A picture that is given becomes the query, in place of other pictures; words stay. */
  function become(mediaId: string): void {
    ask({ words: mix.words, parts: [{ media_id: mediaId, weight: 1 }] });
  }

  function add(mediaId: string): void {
    ask({ words: mix.words, parts: [...mix.parts, { media_id: mediaId, weight: 1 }] });
  }

  function renew(mediaId: string): void {
    ask({
      words: mix.words,
      parts: mix.parts.map((one) => (gone.includes(one) ? { media_id: mediaId, weight: one.weight } : one)),
    });
  }

  function give(files: File[], then: (mediaId: string) => void): void {
    const file = onlyPicture(files);
    if (file) void send(file, file.name, then);
  }

  function choose(then: (mediaId: string) => void): void {
    use.current = then;
    chooser.current?.click();
  }

  const full = mix.parts.length >= MOST_PARTS;
  return (
    <SearchBar
      busy={busy}
      onSubmit={() => {
        if (query) on.onSearch(query);
        else box.current?.focus();
      }}
      line={
        <SearchBox
          ref={box}
          label={texts.image.describe}
          maxLength={1000}
          placeholder={mix.parts.length ? texts.image.describeMore : texts.image.describeFirst}
          value={words}
          onType={type}
          clearLabel={texts.image.clearWords}
          onClear={() => type("")}
        >
          {mix.words && !full && (
            <Menu
              label={texts.image.keepWords}
              icon={<PlusIcon />}
              items={[
                { key: "more", icon: <PlusIcon />, label: texts.image.moreWords(mix.words), onChoose: () => addWords(1) },
                { key: "less", icon: <MinusIcon />, label: texts.image.lessWords(mix.words), onChoose: () => addWords(-0.5) },
              ]}
            />
          )}
        </SearchBox>
      }
      ways={
        <>
          <Button aria-label={texts.image.choose} title={texts.image.chooseHelp} onClick={() => choose(become)}>
            <PictureIcon />
            {texts.image.picture}
          </Button>
          <IconButton
            kind="secondary"
            label={texts.image.camera}
            className={styles["camera"]}
            aria-expanded={filming}
            onClick={() => setFilming(!filming)}
          >
            <CameraIcon />
          </IconButton>
        </>
      }
    >
      <input
        ref={chooser}
        type="file"
        accept="image/*"
        hidden
        aria-label={texts.image.choose}
        onChange={(event) => {
          give([...(event.target.files ?? [])], use.current);
          // Choosing the same file again must be a change, too.
          event.target.value = "";
        }}
      />

      {(mix.parts.length > 0 || sending !== null) && (
        <ul className={styles["chips"]} aria-label={texts.image.mix}>
          {mix.parts.map((part, at) => (
            <Chip
              key={`${at}-${part.text ?? part.media_id ?? part.item_id ?? ""}`}
              application={application}
              collection={collection}
              part={part}
              alone={mix.parts.length === 1 && !mix.words && part.weight === 1}
              expired={gone.includes(part)}
              onChange={(next) => ask(change(at, next))}
              onMove={(next) => on.onType(queryOf(change(at, next)))}
              onRemove={() => ask(change(at, null))}
            />
          ))}
          {sending !== null && (
            <li className={styles["sending"]} role="status">
              {texts.image.sending(sending)}
            </li>
          )}
          {!full && (
            <li>
              <Button kind="quiet" onClick={() => choose(add)}>
                <PlusIcon />
                {texts.image.addPicture}
              </Button>
            </li>
          )}
        </ul>
      )}

      {gone.length > 0 && (
        <div className={styles["gone"]} role="alert">
          <AlertIcon />
          <p>{texts.image.expired}</p>
          <Button onClick={() => choose(renew)}>{texts.image.chooseAgain}</Button>
        </div>
      )}

      {filming && (
        <Camera
          application={application}
          collection={collection}
          live={live}
          queryWith={(mediaId) =>
            queryOf({ words: mix.words, parts: [...mix.parts, { media_id: mediaId, weight: 1 }] }) as Query | null
          }
          onTake={(picture) => {
            setFilming(false);
            void send(picture, texts.image.cameraPicture, become);
          }}
          onFilm={on.onFilm}
          onClose={() => setFilming(false)}
        />
      )}

      {hovering && <DropHint icon={<PictureIcon size={28} />}>{texts.image.dropHere}</DropHint>}
    </SearchBar>
  );
}
