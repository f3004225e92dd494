import { type ClipboardEvent, type SyntheticEvent, useRef, useState } from "react";

import { useItem } from "../../api/queries";
import { texts } from "../../texts";
import { Button, IconButton } from "../../ui";
import { AlikeIcon, CloseIcon, PenIcon, SearchIcon } from "../../ui/icons";
import type { QueryFormProps } from "../view";
import { DrawDialog } from "./DrawDialog";
import styles from "./QueryForm.module.css";
import { sourceOf, useQueryDrawing } from "./drawings";
import { MODES, type Mode, type MoleculeQuery, isStructure, modeOf, queryOf, textOf } from "./query";

/** One line for a structure or a name, a place to draw, and how structures are compared. */
export function QueryForm(props: QueryFormProps<MoleculeQuery>) {
  const { application, collection, query, problem, busy, onSearch, onType } = props;
  const asked = textOf(query);
  const [written, setWritten] = useState(asked);
  const [followed, setFollowed] = useState(asked);
  const [chosen, setChosen] = useState<Mode>(modeOf(query));
  const [drawing, setDrawing] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const structure = query?.smiles;
  const drawn = useQueryDrawing(application.name, collection.name, structure);
  const mode = structure === undefined ? chosen : modeOf(query);
  const alike = query?.item_id;
  const wrong = problem?.fields.get("smiles") ?? problem?.fields.get("smarts");

  // Going back, or a hit's "more like this", brings another text; a structure that is being typed is not asked yet.
  if (asked !== followed) {
    setFollowed(asked);
    if (written.trim() !== asked) setWritten(asked);
  }

  function type(text: string): void {
    setWritten(text);
    setChosen(mode);
    // Half a structure is none, so it is asked for when it is complete: at Enter, or at once if it was pasted.
    if (!isStructure(text)) onType(queryOf(text, mode));
  }

  function paste(event: ClipboardEvent<HTMLInputElement>): void {
    const text = event.clipboardData.getData("text").trim();
    const whole = event.currentTarget.selectionStart === 0 && event.currentTarget.selectionEnd === written.length;
    if (!whole || !isStructure(text)) return;
    event.preventDefault();
    setWritten(text);
    ask(text, mode);
  }

  function ask(text: string, next: Mode): void {
    const wanted = queryOf(text, next);
    if (wanted) onSearch(wanted);
    else box.current?.focus();
  }

  function choose(next: Mode): void {
    setChosen(next);
    if (structure !== undefined || isStructure(written)) ask(written, next);
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (alike !== undefined && !written.trim()) onSearch({ item_id: alike });
    else ask(written, mode);
  }

  return (
    <div className={styles["bar"]}>
      <form className={styles["line"]} role="search" aria-label={texts.search.form} onSubmit={submit}>
        <div className={styles["box"]} data-wrong={wrong !== undefined || undefined}>
          {drawn ? <img className={styles["drawn"]} src={sourceOf(drawn)} alt={texts.molecule.asked} /> : <SearchIcon size={20} />}
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
            autoCapitalize="off"
            spellCheck={false}
            aria-label={texts.molecule.ask}
            aria-invalid={wrong !== undefined || undefined}
            placeholder={alike === undefined ? texts.molecule.askFirst : ""}
            value={written}
            onChange={(event) => type(event.target.value)}
            onPaste={paste}
          />
          {written && (
            <IconButton
              label={texts.text.clear}
              onClick={() => {
                setWritten("");
                onType(null);
                box.current?.focus();
              }}
            >
              <CloseIcon size={16} />
            </IconButton>
          )}
          <Button className={styles["draw"]} onClick={() => setDrawing(true)}>
            <PenIcon />
            {texts.molecule.draw}
          </Button>
        </div>
        <Button type="submit" kind="primary" aria-busy={busy || undefined}>
          {texts.search.submit}
        </Button>
      </form>
      {wrong !== undefined && (
        <p className={styles["wrong"]} role="alert">
          {wrong}
        </p>
      )}
      <fieldset className={styles["modes"]} disabled={alike !== undefined || query?.name !== undefined || query?.smarts !== undefined}>
        <legend className={styles["legend"]}>{texts.molecule.mode}</legend>
        <div className={styles["choice"]}>
          {MODES.map((one) => (
            <label key={one} title={texts.molecule.modeHelp[one]}>
              <input type="radio" name="mode" checked={mode === one} onChange={() => choose(one)} />
              {texts.molecule.modes[one]}
            </label>
          ))}
        </div>
        <p className={styles["help"]}>
          {query?.name === undefined
            ? texts.molecule.modeHelp[alike === undefined ? mode : "similar"]
            : texts.molecule.byName}
        </p>
      </fieldset>
      {drawing && (
        <DrawDialog
          smiles={isStructure(written) ? written.trim() : ""}
          onClose={() => setDrawing(false)}
          onUse={(smiles) => {
            setDrawing(false);
            setWritten(smiles);
            ask(smiles, mode);
          }}
        />
      )}
    </div>
  );
}

/** The molecule that others are to be like. */
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
      <span>{texts.text.alikeTo(data ? data.name : texts.item.title)}</span>
      <IconButton label={texts.text.alikeRemove} onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
    </span>
  );
}
