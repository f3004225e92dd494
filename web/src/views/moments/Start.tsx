import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import { type MomentQuery, moves } from "./query";

const SHOWN = 12;

/** Before anything was asked: what came last into the collection, to begin with. */
export function Start({ application, collection, onOpen }: StartProps<MomentQuery>) {
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "start"],
    queryFn: ({ signal }) =>
      collections.items(application.name, collection.name, { limit: SHOWN, order: "-number" }, signal),
  });
  return (
    <section className={styles["start"]} aria-labelledby="start">
      <h2 id="start">{texts.moments.start}</h2>
      <p>{texts.moments.startHelp}</p>
      <ul className={styles["items"]}>
        {data?.items.map((item) => (
          <li key={item.id}>
            <button type="button" className={styles["item"]} aria-label={texts.search.open(item.name)} onClick={() => onOpen(item.id)}>
              {item.links.preview && (
                <img data-video={moves(item) || undefined} src={`${item.links.preview}?size=512`} alt="" loading="lazy" decoding="async" />
              )}
              <span>{item.name}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
