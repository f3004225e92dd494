import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Button } from "../../ui";
import { OpenIcon, PenIcon } from "../../ui/icons";
import type { StartProps } from "../view";
import { type FaceToName, NameFace } from "./NameFace";
import styles from "./Start.module.css";
import type { AnalysisQuery } from "./query";
import { useWho } from "./useWho";

const SHOWN = 24;

/** Before anything was asked: who and what is known, the faces without a name, and what came last. */
export function Start({ application, collection, onSearch, onOpen }: StartProps<AnalysisQuery>) {
  const [naming, setNaming] = useState<FaceToName | null>(null);
  const { data: there } = useWho(application.name, collection.name);
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "start"],
    queryFn: ({ signal }) =>
      collections.items(application.name, collection.name, { limit: SHOWN, order: "-number" }, signal),
  });
  const preview = (id: string, segment?: number): string =>
    `${collections.address(application.name, collection.name, "items", id, "preview")}?size=256${segment === undefined ? "" : `&segment=${segment}`}`;
  const items = data?.items.filter((item) => typeof item.metadata["known"] !== "string") ?? [];

  return (
    <div className={styles["start"]}>
      <section aria-labelledby="known">
        <h2 id="known">{texts.analysis.gallery}</h2>
        {there && there.known.length === 0 && <p>{texts.analysis.noGallery}</p>}
        <ul className={styles["people"]}>
          {there?.known.map((one) => {
            const example = one.examples[0];
            return (
              <li key={`${one.kind} ${one.name}`} className={styles["person"]}>
                <button type="button" onClick={() => onSearch({ names: [one.name] })}>
                  {example && <img src={preview(example.item_id)} alt="" loading="lazy" decoding="async" />}
                  <span>{one.name}</span>
                </button>
                <small>{texts.analysis.known(one.examples.length + one.named, one.items)}</small>
                {one.examples.some((some) => !some.usable) && <small role="alert">{texts.analysis.noFace}</small>}
                {example && (
                  <Button kind="quiet" aria-label={texts.analysis.openExample(one.name)} onClick={() => onOpen(example.item_id)}>
                    <OpenIcon />
                    {texts.analysis.open}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      </section>
      {there && there.unknown.length > 0 && (
        <section aria-labelledby="unknown">
          <h2 id="unknown">{texts.analysis.unknown}</h2>
          <ul className={styles["people"]}>
            {there.unknown.map((one) => (
              <li key={one.name} className={styles["person"]}>
                <button type="button" onClick={() => onSearch({ names: [one.name] })}>
                  <img src={preview(one.item_id, one.segment)} alt="" loading="lazy" decoding="async" />
                  <span>{one.name}</span>
                </button>
                <small>{texts.analysis.seen(one.appearances, one.items)}</small>
                <Button
                  kind="quiet"
                  aria-label={texts.analysis.nameWhom(one.name)}
                  onClick={() => setNaming({ ...one, known: false, preview: preview(one.item_id, one.segment) })}
                >
                  <PenIcon />
                  {texts.analysis.giveName}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section aria-labelledby="analysed">
        <h2 id="analysed">{texts.analysis.analysed}</h2>
        <ul className={styles["items"]}>
          {items.map((item) => (
            <li key={item.id}>
              <button type="button" className={styles["item"]} aria-label={texts.search.open(item.name)} onClick={() => onOpen(item.id)}>
                {item.links.preview && <img src={`${item.links.preview}?size=256`} alt="" loading="lazy" decoding="async" />}
                <span>{item.name}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {naming && (
        <NameFace application={application.name} collection={collection.name} face={naming} onClose={() => setNaming(null)} />
      )}
    </div>
  );
}
