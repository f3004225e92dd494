import type { Query } from "../../api/types";
import { shown, texts } from "../../texts";
import { Button, Fact, Facts, Thumb } from "../../ui";
import { AlikeIcon, OpenIcon } from "../../ui/icons";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import styles from "./ItemView.module.css";
import { properties } from "./schema";

/** Any item: its preview, its metadata, and "more like this" if the application can be asked with an item. */
export function ItemView({ application, item, onSearch, actions }: ItemViewProps<Query>) {
  const asksWithItems = properties(application.query_schema).some((one) => one.name === "item_id");
  return (
    <div className={styles["item"]}>
      {item.links.preview && <Thumb preview={item.links.preview} alt={item.name} size={1024} fit="contain" />}
      <div className={styles["actions"]}>
        {asksWithItems && (
          <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
            <AlikeIcon />
            {texts.item.alike}
          </Button>
        )}
        {item.links.content && (
          <a className={styles["original"]} href={item.links.content} target="_blank" rel="noreferrer">
            <OpenIcon />
            {texts.item.download}
          </a>
        )}
        {actions}
      </div>
      <section>
        <h3>{texts.item.metadata}</h3>
        {Object.keys(item.metadata).length === 0 && <p className={styles["none"]}>{texts.item.noMetadata}</p>}
        <Facts ruled>
          {Object.entries(item.metadata).map(([key, value]) => (
            <Fact key={key} name={key}>
              {shown(value)}
            </Fact>
          ))}
          <Origin item={item} />
        </Facts>
      </section>
    </div>
  );
}
