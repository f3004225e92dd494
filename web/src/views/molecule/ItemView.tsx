import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { predict } from "../../api/molecules";
import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import type { Item } from "../../api/types";
import { named, number, shown, texts } from "../../texts";
import { Button, Copyable, Fact, Facts, Field, Select } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import styles from "./ItemView.module.css";
import { Structure } from "./Structure";
import type { MoleculeQuery } from "./query";

/** A molecule in detail: its structure, its properties, and what its neighbours say of it. */
export function ItemView(props: ItemViewProps<MoleculeQuery>) {
  const { application, collection, item, onSearch, actions } = props;
  const { data } = useQuery({
    queryKey: keys.segments(application.name, collection.name, item.id, 0),
    queryFn: ({ signal }) => collections.segments(application.name, collection.name, item.id, 0, 1, signal),
  });
  const smiles = data?.segments[0]?.text ?? undefined;
  const names = texts.molecule.properties;
  const own = Object.keys(names).filter((name) => item.metadata[name] !== undefined);
  const others = Object.keys(item.metadata).filter((name) => !(name in names) && !isItsName(name, item));
  return (
    <div className={styles["item"]}>
      <div className={styles["seen"]}>
        <div className={styles["structure"]} role="img" aria-label={texts.molecule.drawing(item.name)}>
          <Structure application={application.name} collection={collection.name} item={item} compared={null} size={512} />
        </div>
        <Predicted {...props} />
      </div>
      <div className={styles["about"]}>
        <div className={styles["bar"]}>
          <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
            <AlikeIcon />
            {texts.item.alike}
          </Button>
          {smiles !== undefined && (
            <Button onClick={() => onSearch({ smiles, mode: "substructure" })}>{texts.molecule.findParts}</Button>
          )}
          {actions}
        </div>
        <Facts ruled>
          {smiles !== undefined && (
            <Fact name={texts.molecule.smiles}>
              <Copyable text={smiles} label={texts.molecule.copySmiles} />
            </Fact>
          )}
          {own.map((name) => (
            <Fact key={name} name={names[name] ?? name}>
              {shown(item.metadata[name])}
            </Fact>
          ))}
          {others.map((name) => (
            <Fact key={name} name={name}>
              {shown(item.metadata[name])}
            </Fact>
          ))}
          <Origin item={item} />
        </Facts>
      </div>
    </div>
  );
}

/** A property as the item's neighbours have it; first those that the collection declares beside RDKit's own. */
function Predicted({ application, collection, item, onOpen }: ItemViewProps<MoleculeQuery>) {
  const numbers = Object.entries(collection.fields).filter(([, type]) => type === "number" || type === "integer");
  const fields = numbers.map(([name]) => name).sort((one, other) => known(one) - known(other));
  const [field, setField] = useState(fields[0] ?? "");
  const { data } = useQuery({
    queryKey: [...keys.item(application.name, collection.name, item.id), "predicted", field],
    queryFn: ({ signal }) => predict(application.name, collection.name, { item_id: item.id, field }, signal),
    enabled: field !== "",
  });
  const own = item.metadata[field];
  return (
    <section className={styles["predicted"]}>
      <h3>{texts.molecule.predict}</h3>
      <p className={styles["help"]}>{texts.molecule.predictHelp}</p>
      <Field label={texts.molecule.predictField}>
        <Select value={field} onChange={(event) => setField(event.target.value)}>
          {fields.map((name) => (
            <option key={name} value={name}>
              {texts.molecule.properties[name] ?? named(name)}
            </option>
          ))}
        </Select>
      </Field>
      <div role="status">
        {data?.value === null && <p>{texts.molecule.notPredicted}</p>}
        {typeof data?.value === "number" && (
          <p className={`${styles["value"] ?? ""} figures`}>
            {data.spread === null
              ? texts.molecule.predictedFromOne(rounded(data.value))
              : texts.molecule.predicted(rounded(data.value), rounded(data.spread))}
            {typeof own === "number" && <span>{texts.molecule.own(rounded(own))}</span>}
          </p>
        )}
      </div>
      <ul className={styles["neighbours"]}>
        {data?.neighbours.map((one) => (
          <li key={one.item_id}>
            <button type="button" onClick={() => onOpen(one.item_id)}>
              <strong>{one.name}</strong>
              <span className="figures">{rounded(one.value)}</span>
              <Score value={one.score} label={texts.molecule.scores.structure} />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Its name stands above; tables bring it as NAME, too. */
function isItsName(field: string, { name, metadata }: Item): boolean {
  return field === "name" || (field.toLowerCase() === "name" && metadata[field] === name);
}

function known(field: string): number {
  return field in texts.molecule.properties ? 1 : 0;
}

function rounded(value: number): string {
  return number(Number(value.toPrecision(3)));
}
