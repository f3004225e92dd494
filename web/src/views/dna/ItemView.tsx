import { useMemo } from "react";

import { shown, texts } from "../../texts";
import { Button, Fact, Facts } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import { AlignmentText } from "./AlignmentText";
import styles from "./ItemView.module.css";
import { type DnaQuery, alignmentOf } from "./query";

/** A sequence in detail: what is known of it, and how the query aligns with it. */
export function ItemView({ item, hits, onSearch, actions }: ItemViewProps<DnaQuery>) {
  const alignments = useMemo(
    () => hits.flatMap((hit) => alignmentOf(hit.details) ?? []),
    [hits],
  );
  const { label, length, gc, ...others } = item.metadata;
  return (
    <div className={styles["item"]}>
      <div className={styles["bar"]}>
        <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
          <AlikeIcon />
          {texts.item.alike}
        </Button>
        {actions}
      </div>
      {alignments.map((one) => (
        <AlignmentText key={one.place.start} alignment={one} />
      ))}
      <Facts ruled>
        {label != null && <Fact name={texts.dna.class}>{shown(label)}</Fact>}
        {typeof length === "number" && <Fact name={texts.dna.length}>{texts.dna.letters(length)}</Fact>}
        {typeof gc === "number" && <Fact name={texts.dna.gc}>{texts.dna.sure(gc)}</Fact>}
        {Object.entries(others).map(([name, value]) => (
          <Fact key={name} name={name}>
            {shown(value)}
          </Fact>
        ))}
        <Origin item={item} />
      </Facts>
    </div>
  );
}
