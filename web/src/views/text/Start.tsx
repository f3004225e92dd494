import type { Item } from "../../api/types";
import { texts } from "../../texts";
import { Beginnings } from "../card/Beginnings";
import { FileMark } from "../reading/FileMark";
import { titleOf } from "../reading/titles";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import type { TextQuery } from "./query";

/** Before anything was asked: what came last into the collection, to read. */
export function Start({ application, collection, onOpen }: StartProps<TextQuery>) {
  return (
    <Beginnings
      application={application}
      collection={collection}
      title={texts.text.start}
      help={texts.text.startHelp}
      order="-number"
      cells="wide"
      height="4.25rem"
      onChoose={(item) => onOpen(item.id)}
    >
      {(item) => (
        <span className={styles["item"]}>
          <FileMark item={item} size={26} />
          <span className={styles["about"]}>
            <span className={styles["title"]}>{titleOf(item)}</span>
            <span className={styles["facts"]}>{factsOf(item)}</span>
          </span>
        </span>
      )}
    </Beginnings>
  );
}

function factsOf(item: Item): string {
  const { author, pages } = item.metadata;
  const facts = [
    typeof author === "string" && author,
    typeof pages === "number" && texts.text.pages(pages),
    item.name !== titleOf(item) && item.name,
  ];
  return facts.filter(Boolean).join(" · ");
}
