import { texts } from "../../texts";
import { Beginnings } from "../card/Beginnings";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import { Structure } from "./Structure";
import type { MoleculeQuery } from "./query";

/** Before anything was asked: structures of the collection, to look for others like them. */
export function Start({ application, collection, onSearch }: StartProps<MoleculeQuery>) {
  return (
    <Beginnings
      application={application}
      collection={collection}
      title={texts.molecule.start}
      help={texts.molecule.startHelp}
      order="number"
      cells="small"
      height="11rem"
      labelOf={(item) => texts.molecule.alikeTo(item.name)}
      onChoose={(item) => onSearch({ item_id: item.id })}
    >
      {(item) => (
        <>
          <Structure application={application.name} collection={collection.name} item={item} compared={null} />
          <span className={styles["name"]}>{item.name}</span>
        </>
      )}
    </Beginnings>
  );
}
