import { shown, texts } from "../../texts";
import { Beginnings } from "../card/Beginnings";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import type { DnaQuery } from "./query";

/** Before anything was asked: sequences of the collection with their classes, to look for others like them. */
export function Start({ application, collection, onSearch }: StartProps<DnaQuery>) {
  return (
    <Beginnings
      application={application}
      collection={collection}
      title={texts.dna.start}
      help={texts.dna.startHelp}
      order="number"
      cells="wide"
      height="5.5rem"
      titleOf={(item) => texts.dna.alikeTo(item.name)}
      onChoose={(item) => onSearch({ item_id: item.id })}
    >
      {({ name, metadata: { label, description, length } }) => (
        <span className={styles["item"]}>
          <strong className={styles["name"]}>{name}</strong>
          {label != null && <span className={styles["class"]}>{shown(label)}</span>}
          <span className={styles["facts"]}>
            {[description, typeof length === "number" && texts.dna.letters(length)].filter(Boolean).map(shown).join(" · ")}
          </span>
        </span>
      )}
    </Beginnings>
  );
}
