import { type ClipboardEvent, useRef, useState } from "react";

import { texts } from "../../texts";
import { Button } from "../../ui";
import { PenIcon } from "../../ui/icons";
import { Alike } from "../asking/Alike";
import { Modes } from "../asking/Modes";
import { SearchBar } from "../asking/SearchBar";
import { SearchBox } from "../asking/SearchBox";
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
    else if (query?.name !== undefined) {
      // What its beginning found as a name answers nothing any more.
      setFollowed("");
      onType(null);
    }
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

  function submit(): void {
    if (alike !== undefined && !written.trim()) onSearch({ item_id: alike });
    else ask(written, mode);
  }

  return (
    <SearchBar
      busy={busy}
      onSubmit={submit}
      line={
        <SearchBox
          ref={box}
          label={texts.molecule.ask}
          autoCapitalize="off"
          spellCheck={false}
          aria-invalid={wrong !== undefined || undefined}
          placeholder={alike === undefined ? texts.molecule.askFirst : ""}
          value={written}
          onType={type}
          onPaste={paste}
          clearLabel={texts.text.clear}
          onClear={() => {
            setWritten("");
            onType(null);
          }}
          icon={drawn && <img className={styles["drawn"]} src={sourceOf(drawn)} alt={texts.molecule.asked} />}
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
        >
          <Button className={styles["draw"]} onClick={() => setDrawing(true)}>
            <PenIcon />
            {texts.molecule.draw}
          </Button>
        </SearchBox>
      }
    >
      {wrong !== undefined && (
        <p className={styles["wrong"]} role="alert">
          {wrong}
        </p>
      )}
      <Modes
        modes={MODES}
        mode={mode}
        texts={texts.molecule}
        help={
          query?.name === undefined
            ? texts.molecule.modeHelp[alike === undefined ? mode : "similar"]
            : texts.molecule.byName
        }
        disabled={alike !== undefined || query?.name !== undefined || query?.smarts !== undefined}
        onChoose={choose}
      />
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
    </SearchBar>
  );
}
