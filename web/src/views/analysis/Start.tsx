import { useState } from "react";

import { collections } from "../../api/collections";
import { texts } from "../../texts";
import { Button } from "../../ui";
import { OpenIcon, PenIcon } from "../../ui/icons";
import { Beginnings } from "../card/Beginnings";
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
  const preview = (id: string, segment?: number): string =>
    `${collections.address(application.name, collection.name, "items", id, "preview")}?size=256${segment === undefined ? "" : `&segment=${segment}`}`;

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
                <button type="button" className={styles["find"]} onClick={() => onSearch({ names: [one.name] })}>
                  {example && <img src={preview(example.item_id)} alt="" loading="lazy" decoding="async" />}
                  <span className={styles["name"]}>{one.name}</span>
                </button>
                <small className={styles["facts"]}>{texts.analysis.known(one.examples.length + one.named, one.items)}</small>
                {one.examples.some((some) => !some.usable) && <small className={styles["facts"]} role="alert">{texts.analysis.noFace}</small>}
                {example && (
                  <Button
                    kind="quiet"
                    flush
                    className={styles["action"]}
                    aria-label={texts.analysis.openExample(one.name)}
                    onClick={() => onOpen(example.item_id)}
                  >
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
                <button type="button" className={styles["find"]} onClick={() => onSearch({ names: [one.name] })}>
                  <img src={preview(one.item_id, one.segment)} alt="" loading="lazy" decoding="async" />
                  <span className={styles["name"]}>{one.name}</span>
                </button>
                <small className={styles["facts"]}>{texts.analysis.seen(one.appearances, one.items)}</small>
                <Button
                  kind="quiet"
                  flush
                  className={styles["action"]}
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
      <Beginnings
        application={application}
        collection={collection}
        title={texts.analysis.analysed}
        order="-number"
        most={SHOWN}
        only={(item) => typeof item.metadata["known"] !== "string"}
        cells="small"
        height="13rem"
        labelOf={(item) => texts.search.open(item.name)}
        onChoose={(item) => onOpen(item.id)}
      >
        {(item) => (
          <span className={styles["item"]}>
            {item.links.preview && <img src={`${item.links.preview}?size=256`} alt="" loading="lazy" decoding="async" />}
            <span className={styles["name"]}>{item.name}</span>
          </span>
        )}
      </Beginnings>
      {naming && (
        <NameFace application={application.name} collection={collection.name} face={naming} onClose={() => setNaming(null)} />
      )}
    </div>
  );
}
