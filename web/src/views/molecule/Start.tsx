import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Skeleton } from "../../ui";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import { Structure } from "./Structure";
import type { MoleculeQuery } from "./query";

const SHOWN = 12;

/** Before anything was asked: structures of the collection, to look for others like them. */
export function Start({ application, collection, onSearch }: StartProps<MoleculeQuery>) {
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "start"],
    queryFn: ({ signal }) =>
      collections.items(application.name, collection.name, { limit: SHOWN, order: "number" }, signal),
  });
  return (
    <section className={styles["start"]} aria-labelledby="start">
      <h2 id="start">{texts.molecule.start}</h2>
      <p>{texts.molecule.startHelp}</p>
      <ul className={styles["structures"]}>
        {data?.items.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              aria-label={texts.molecule.alikeTo(item.name)}
              title={texts.molecule.alikeTo(item.name)}
              onClick={() => onSearch({ item_id: item.id })}
            >
              <Structure application={application.name} collection={collection.name} item={item} compared={null} />
              <span>{item.name}</span>
            </button>
          </li>
        ))}
        {!data &&
          Array.from({ length: Math.min(SHOWN, collection.items) }, (_, at) => (
            <li key={at}>
              <Skeleton height="11rem" />
            </li>
          ))}
      </ul>
    </section>
  );
}
