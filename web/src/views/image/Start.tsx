import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Skeleton, Thumb } from "../../ui";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import type { ImageQuery } from "./query";

const SHOWN = 12;

/** Before anything was asked: pictures of the collection to begin with. */
export function Start({ application, collection, onSearch }: StartProps<ImageQuery>) {
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "start"],
    queryFn: ({ signal }) =>
      collections.items(application.name, collection.name, { limit: SHOWN, order: "-number" }, signal),
  });
  return (
    <section className={styles["start"]} aria-labelledby="start">
      <h2 id="start">{texts.image.start}</h2>
      <p>{texts.image.startHelp}</p>
      <ul className={styles["pictures"]}>
        {data?.items.map((item) => (
          <li key={item.id}>
            <button
              type="button"
              className={styles["picture"]}
              aria-label={texts.image.alikeTo(item.name)}
              title={texts.image.alikeTo(item.name)}
              onClick={() => onSearch({ item_id: item.id })}
            >
              {item.links.preview && <Thumb preview={item.links.preview} alt="" />}
            </button>
          </li>
        ))}
        {!data &&
          Array.from({ length: Math.min(SHOWN, collection.items) }, (_, at) => (
            <li key={at} className={styles["waiting"]}>
              <Skeleton height="100%" />
            </li>
          ))}
      </ul>
    </section>
  );
}
