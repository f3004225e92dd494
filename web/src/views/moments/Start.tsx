import { texts } from "../../texts";
import { Beginnings } from "../card/Beginnings";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import { type MomentQuery, moves } from "./query";

/** Before anything was asked: what came last into the collection, to begin with. */
export function Start({ application, collection, onOpen }: StartProps<MomentQuery>) {
  return (
    <Beginnings
      application={application}
      collection={collection}
      title={texts.moments.start}
      help={texts.moments.startHelp}
      order="-number"
      cells="middle"
      height="8rem"
      labelOf={(item) => texts.search.open(item.name)}
      onChoose={(item) => onOpen(item.id)}
    >
      {(item) => (
        <span className={styles["item"]}>
          {item.links.preview && (
            <img data-video={moves(item) || undefined} src={`${item.links.preview}?size=512`} alt="" loading="lazy" decoding="async" />
          )}
          <span className={styles["name"]}>{item.name}</span>
        </span>
      )}
    </Beginnings>
  );
}
