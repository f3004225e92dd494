import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { shown, texts } from "../../texts";
import { Skeleton } from "../../ui";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import type { DnaQuery } from "./query";

const SHOWN = 12;

/** Before anything was asked: sequences of the collection with their classes, to look for others like them. */
export function Start({ application, collection, onSearch }: StartProps<DnaQuery>) {
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "start"],
    queryFn: ({ signal }) =>
      collections.items(application.name, collection.name, { limit: SHOWN, order: "number" }, signal),
  });
  return (
    <section className={styles["start"]} aria-labelledby="start">
      <h2 id="start">{texts.dna.start}</h2>
      <p>{texts.dna.startHelp}</p>
      <ul>
        {data?.items.map(({ id, name, metadata: { label, description, length } }) => (
          <li key={id}>
            <button type="button" title={texts.dna.alikeTo(name)} onClick={() => onSearch({ item_id: id })}>
              <strong>{name}</strong>
              {label != null && <span className={styles["class"]}>{shown(label)}</span>}
              <span className={styles["facts"]}>
                {[description, typeof length === "number" && texts.dna.letters(length)]
                  .filter(Boolean)
                  .map(shown)
                  .join(" · ")}
              </span>
            </button>
          </li>
        ))}
        {!data &&
          Array.from({ length: Math.min(SHOWN, collection.items) }, (_, at) => (
            <li key={at}>
              <Skeleton height="4.5rem" />
            </li>
          ))}
      </ul>
    </section>
  );
}
