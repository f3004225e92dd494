import { collections } from "../../api/collections";
import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";
import { Dialog, Thumb } from "../../ui";
import styles from "./Similar.module.css";

interface SimilarProps {
  application: Application;
  collection: Collection;
  /** Of all near-duplicates, the best first. */
  ids: readonly string[];
  onOpen: (id: string) => void;
  onClose: () => void;
}

/** Near-duplicates that were folded into one hit, side by side. */
export function Similar({ application, collection, ids, onOpen, onClose }: SimilarProps) {
  return (
    <Dialog title={texts.image.similarTitle(ids.length)} size="wide" onClose={onClose}>
      <p className={styles["help"]}>{texts.image.similarHelp}</p>
      <ul className={styles["pictures"]}>
        {ids.map((id, at) => (
          <li key={id}>
            <button
              type="button"
              className={styles["picture"]}
              aria-label={texts.image.openNumber(at + 1)}
              onClick={() => onOpen(id)}
            >
              <Thumb preview={`${collections.address(application.name, collection.name, "items", id)}/preview`} alt="" />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
