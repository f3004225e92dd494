import type { SyntheticEvent } from "react";

import type { Collection } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, Field, Input, Select } from "../../../ui";
import { exampleFilter, useFilterText } from "../filter";
import styles from "./ItemsPart.module.css";
import { type Wanted, orders } from "./wanted";

interface ToolbarProps {
  collection: Collection;
  wanted: Wanted;
  /** What the server says of the filter and of the order, by these names. */
  wrong: ReadonlyMap<string, string> | undefined;
  onChange: (wanted: Wanted) => void;
}

/** Which items are listed, and in which order. */
export function Toolbar({ collection, wanted, wrong, onChange }: ToolbarProps) {
  const [typed, setTyped] = useFilterText(wanted.filter);
  // The address may ask for an order that there is not: the field shows that, too.
  const known = orders(collection).flatMap((name) => [`-${name}`, name]);
  const names = Object.keys(collection.fields).sort().join(", ");

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    onChange({ ...wanted, filter: typed.trim() });
  }

  return (
    <form className={styles["toolbar"]} onSubmit={submit}>
      <Field
        label={texts.items.filter}
        error={wrong?.get("filter")}
        hint={names ? texts.items.filterHint(names) : texts.items.noFields}
      >
        <Input
          type="search"
          value={typed}
          placeholder={exampleFilter(collection)}
          onChange={(event) => {
            setTyped(event.target.value);
            // The cross of the field empties it without another word.
            if (!event.target.value && wanted.filter) onChange({ ...wanted, filter: "" });
          }}
        />
      </Field>
      <Button type="submit">{texts.items.apply}</Button>
      <Field label={texts.items.order} error={wrong?.get("order")}>
        <Select value={wanted.order} onChange={(event) => onChange({ ...wanted, order: event.target.value })}>
          {!known.includes(wanted.order) && <option value={wanted.order}>{wanted.order}</option>}
          {known.map((order) => (
            <option key={order} value={order}>
              {texts.items.orderedBy(order.replace(/^-/, ""), order.startsWith("-"))}
            </option>
          ))}
        </Select>
      </Field>
    </form>
  );
}
