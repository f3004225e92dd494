import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import type { Application, Collection, Item } from "../../api/types";
import { Skeleton } from "../../ui";
import styles from "./Beginnings.module.css";

interface BeginningsProps {
  application: Application;
  collection: Collection;
  title: string;
  help?: string;
  /** The first of the collection, or the last. */
  order: "number" | "-number";
  most?: number;
  only?: (item: Item) => boolean;
  /** How wide a cell is; pictures fill whole rows. */
  cells: "pictures" | "small" | "middle" | "wide";
  /** How high a cell is that is still awaited. */
  height: string;
  /** What choosing an item does, where its cell does not say it. */
  labelOf?: (item: Item) => string;
  /** The same, where the cell says what it is. */
  titleOf?: (item: Item) => string;
  onChoose: (item: Item) => void;
  /** What a cell shows. */
  children: (item: Item) => ReactNode;
}

/** Before anything was asked: items of the collection to begin with. */
export function Beginnings(props: BeginningsProps) {
  const { application, collection, title, help, order, most = 12, only, cells, height, onChoose, children } = props;
  const { labelOf, titleOf = labelOf } = props;
  const id = useId();
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "beginnings"],
    queryFn: ({ signal }) => collections.items(application.name, collection.name, { limit: most, order }, signal),
  });
  const items = only ? data?.items.filter(only) : data?.items;
  return (
    <section className={styles["beginnings"]} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {help !== undefined && <p>{help}</p>}
      <ul className={styles["cells"]} data-cells={cells}>
        {items?.map((item) => (
          <li key={item.id}>
            <button type="button" className={styles["cell"]} aria-label={labelOf?.(item)} title={titleOf?.(item)} onClick={() => onChoose(item)}>
              {children(item)}
            </button>
          </li>
        )) ??
          Array.from({ length: Math.min(most, collection.items) }, (_, at) => (
            <li key={at}>
              <Skeleton height={height} />
            </li>
          ))}
      </ul>
    </section>
  );
}
