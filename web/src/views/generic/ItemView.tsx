import type { Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, CopyButton, Thumb } from "../../ui";
import { AlikeIcon, OpenIcon } from "../../ui/icons";
import type { ItemViewProps } from "../view";
import styles from "./ItemView.module.css";
import { shown } from "./metadata";
import { properties } from "./schema";

const date = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });

/** Any item: its preview, its metadata, and "more like this" if the application can be asked with an item. */
export function ItemView({ application, item, onSearch, actions }: ItemViewProps<Query>) {
  const asksWithItems = properties(application.query_schema).some((one) => one.name === "item_id");
  return (
    <div className={styles["item"]}>
      {item.links.preview && <Thumb preview={item.links.preview} alt={item.name} size={1024} fit="contain" />}
      <section>
        <h3>{texts.item.metadata}</h3>
        {Object.keys(item.metadata).length === 0 && <p className={styles["none"]}>{texts.item.noMetadata}</p>}
        <dl className={styles["facts"]}>
          {Object.entries(item.metadata).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd className="figures">{shown(value)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <dl className={styles["facts"]}>
        {item.key && (
          <div>
            <dt>{texts.item.key}</dt>
            <dd>{item.key}</dd>
          </div>
        )}
        <div>
          <dt>{texts.item.added}</dt>
          <dd>{date.format(new Date(item.created_at))}</dd>
        </div>
        <div>
          <dt>{texts.item.id}</dt>
          <dd className={styles["id"]}>
            <code>{item.id}</code>
            <CopyButton text={item.id} label={texts.item.copyId} />
          </dd>
        </div>
      </dl>
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
    </div>
  );
}
