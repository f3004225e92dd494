import { shown, texts } from "../../texts";
import { IconButton } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import styles from "./HitCard.module.css";
import { Structure } from "./Structure";
import { type MoleculeQuery, comparedWith } from "./query";

/** A molecule that was found: its structure with the common part marked, its name, and how alike it is. */
export function HitCard({ application, collection, hit, query, onSearch, onOpen }: HitCardProps<MoleculeQuery>) {
  const { item } = hit;
  const { formula, molecular_weight } = item.metadata;
  const kind = Object.keys(hit.scores)[0] ?? "structure";
  return (
    <article className={styles["card"]} aria-label={item.name}>
      <Structure
        application={application.name}
        collection={collection.name}
        item={item}
        compared={comparedWith(query)}
      />
      <div className={styles["about"]}>
        <h3>
          <button type="button" className={styles["open"]} onClick={() => onOpen(item.id)} title={item.name}>
            {item.name}
          </button>
        </h3>
        <p className={styles["facts"]}>
          {[formula, typeof molecular_weight === "number" && texts.molecule.weight(molecular_weight)]
            .filter(Boolean)
            .map(shown)
            .join(" · ")}
        </p>
        <p className={styles["facts"]}>
          <Score value={hit.score} label={texts.molecule.scores[kind] ?? texts.search.score} />
          {hit.similar.length > 0 && texts.molecule.same(hit.similar.length)}
        </p>
      </div>
      <div className={styles["actions"]}>
        <IconButton label={texts.item.alike} onClick={() => onSearch({ item_id: item.id })}>
          <AlikeIcon />
        </IconButton>
      </div>
    </article>
  );
}
