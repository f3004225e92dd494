import { useState } from "react";

import { texts } from "../../texts";
import { Button } from "../../ui";
import styles from "./AlignmentText.module.css";
import { type Alignment, blocksOf } from "./query";

const WIDTH = 60;
const SHOWN = 2;

/** An alignment, line under line; the first of it until one wants all. */
export function AlignmentText({ alignment }: { alignment: Alignment }) {
  const [whole, setWhole] = useState(false);
  const blocks = blocksOf(alignment, WIDTH);
  const { place, query_place, strand } = alignment;
  return (
    <div className={styles["alignment"]}>
      <p>{texts.dna.places(query_place.start + 1, query_place.end, place.start + 1, place.end, strand < 0)}</p>
      {/* It may be scrolled, so it must be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles["lines"]} tabIndex={0} role="group" aria-label={texts.dna.alignment}>
        {blocks.slice(0, whole ? undefined : SHOWN).map((lines, at) => (
          <pre key={at}>{lines.join("\n")}</pre>
        ))}
      </div>
      {blocks.length > SHOWN && (
        <Button kind="quiet" aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? texts.dna.less : texts.dna.more(blocks.length - SHOWN)}
        </Button>
      )}
    </div>
  );
}
