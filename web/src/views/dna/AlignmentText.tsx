import { useRef, useState } from "react";

import { texts } from "../../texts";
import { Button } from "../../ui";
import styles from "./AlignmentText.module.css";
import { type Alignment, type Block, blocksOf, runsOf } from "./query";
import { useColumns } from "./useColumns";

const SHOWN = 2;
const NAME = Math.max(texts.dna.yours.length, texts.dna.found.length);

/** An alignment, line under line, as wide as there is room; the first of it until one wants all. */
export function AlignmentText({ alignment }: { alignment: Alignment }) {
  const [whole, setWhole] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { place, query_place, strand } = alignment;
  const digits = String(Math.max(query_place.end, place.end)).length;
  // A name, two numbers, and the spaces between them.
  const columns = useColumns(box, NAME + 2 * digits + 4);
  const blocks = blocksOf(alignment, columns);
  return (
    <div className={styles["alignment"]}>
      <p>{texts.dna.places(query_place.start + 1, query_place.end, place.start + 1, place.end, strand < 0)}</p>
      {/* It may be scrolled, so it must be reached by keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={box} className={styles["lines"]} tabIndex={0} role="group" aria-label={texts.dna.alignment}>
        {blocks.slice(0, whole ? undefined : SHOWN).map((block) => (
          <Lines key={block.found[0]} block={block} digits={digits} />
        ))}
      </div>
      {blocks.length > SHOWN && (
        <Button kind="quiet" flush aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {whole ? texts.dna.less : texts.dna.more(blocks.length - SHOWN)}
        </Button>
      )}
    </div>
  );
}

function Lines({ block: { lines, yours, found }, digits }: { block: Block; digits: number }) {
  const [above, middle, below] = lines;
  const line = (name: string, [first, last]: [number, number], letters: string) => (
    <>
      <span className={styles["margin"]}>{`${name.padEnd(NAME)} ${String(first).padStart(digits)}  `}</span>
      {runsOf(letters, middle).map((run, at) =>
        run.alike ? (
          run.letters
        ) : (
          <span key={at} className={styles["differs"]}>
            {run.letters}
          </span>
        ),
      )}
      <span className={styles["margin"]}>{` ${last}\n`}</span>
    </>
  );
  return (
    <pre>
      {line(texts.dna.yours, yours, above)}
      <span className={styles["margin"]}>{`${" ".repeat(NAME + digits + 3)}${middle}\n`}</span>
      {line(texts.dna.found, found, below)}
    </pre>
  );
}
