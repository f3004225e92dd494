import type { Compared } from "../../api/molecules";
import type { Item } from "../../api/types";
import { Skeleton } from "../../ui";
import styles from "./Structure.module.css";
import { sourceOf, useDrawing } from "./drawings";

/** A molecule, drawn on paper; with what it has in common with another marked, where there is one. */
export function Structure({ application, collection, item, compared, size = 256 }: {
  application: string;
  collection: string;
  item: Item;
  compared: Compared | null;
  size?: 256 | 512;
}) {
  const drawn = useDrawing(application, collection, item.id, compared);
  const plain = `${item.links.preview ?? ""}?size=${size}`;
  return (
    <div className={styles["paper"]}>
      {drawn === undefined ? (
        <Skeleton height="100%" />
      ) : (
        <img src={drawn === null ? plain : sourceOf(drawn)} alt="" loading="lazy" draggable={false} />
      )}
    </div>
  );
}
