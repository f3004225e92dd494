import { useQuery } from "@tanstack/react-query";

import { keys } from "../../api/queries";
import { recommendations } from "../../api/recommendations";
import { shown, texts } from "../../texts";
import { Button, Fact, Facts } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import { Cover } from "./Cover";
import styles from "./ItemView.module.css";
import { about } from "./about";
import type { TitleQuery } from "./query";

const OTHERS = 8;
/** What stands above already. */
const ABOVE = new Set(["title", "category", "categories", "year", "has_picture"]);

/** A title in detail, and what else those like who like it. */
export function ItemView({ application, collection, item, onSearch, onOpen, actions }: ItemViewProps<TitleQuery>) {
  const { data } = useQuery({
    queryKey: [...keys.item(application.name, collection.name, item.id), "liked with"],
    queryFn: ({ signal }) => recommendations.recommend(collection, { item: item.id, limit: OTHERS }, signal),
  });
  const { category, categories, year } = item.metadata;
  const known = { name: item.name, metadata: item.metadata };
  return (
    <div className={styles["item"]}>
      <header className={styles["head"]}>
        <Cover application={application.name} collection={collection.name} id={item.id} {...known} large />
        <div>
          <p>{about({ year, categories: categories ?? category })}</p>
          <div className={styles["actions"]}>
            <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
              <AlikeIcon />
              {texts.recommend.aboutTheSame}
            </Button>
            {actions}
          </div>
        </div>
      </header>
      {data && data.recommendations.length > 0 && (
        <section className={styles["others"]}>
          <h3>{data.basis === "content" ? texts.recommend.aboutTheSame : texts.recommend.likedWith}</h3>
          <ul>
            {data.recommendations.map((one) => (
              <li key={one.item_id}>
                <button type="button" onClick={() => onOpen(one.item_id)}>
                  <Cover application={application.name} collection={collection.name} id={one.item_id} {...one} />
                  <span>{one.name}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Facts ruled>
        {Object.entries(item.metadata)
          .filter(([name]) => !ABOVE.has(name))
          .map(([name, value]) => (
            <Fact key={name} name={name}>
              {shown(value)}
            </Fact>
          ))}
        <Origin item={item} />
      </Facts>
    </div>
  );
}
