import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import type { Item } from "../../api/types";
import { texts } from "../../texts";
import { Skeleton } from "../../ui";
import { FileMark } from "../reading/FileMark";
import { titleOf } from "../reading/titles";
import type { StartProps } from "../view";
import styles from "./Start.module.css";
import type { TextQuery } from "./query";

const SHOWN = 9;

/** Before anything was asked: what came last into the collection, to read. */
export function Start({ application, collection, onOpen }: StartProps<TextQuery>) {
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "start"],
    queryFn: ({ signal }) =>
      collections.items(application.name, collection.name, { limit: SHOWN, order: "-number" }, signal),
  });
  return (
    <section className={styles["start"]} aria-labelledby="start">
      <h2 id="start">{texts.text.start}</h2>
      <p>{texts.text.startHelp}</p>
      <ul className={styles["texts"]}>
        {data?.items.map((item) => (
          <li key={item.id}>
            <button type="button" onClick={() => onOpen(item.id)}>
              <FileMark item={item} size={26} />
              <span className={styles["about"]}>
                <span className={styles["title"]}>{titleOf(item)}</span>
                <span className={styles["facts"]}>{factsOf(item)}</span>
              </span>
            </button>
          </li>
        ))}
        {!data &&
          Array.from({ length: Math.min(SHOWN, collection.items) }, (_, at) => (
            <li key={at}>
              <Skeleton height="4.25rem" />
            </li>
          ))}
      </ul>
    </section>
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
