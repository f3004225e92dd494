import { useId } from "react";
import { Link } from "wouter";

import type { Collection, Model } from "../../api/types";
import { bytes, number, texts } from "../../texts";
import { Fact, Facts } from "../../ui";
import { CheckIcon } from "../../ui/icons";
import { Snippet } from "../Snippet";
import styles from "./ModelCard.module.css";
import { sourceOf } from "./group";

/** One model: what it is, under what licence, where it comes from, and who uses it (undefined: not known yet). */
export function ModelCard({ model, users }: { model: Model; users: Collection[] | undefined }) {
  const heading = useId();
  const { card, fetched, size } = model;
  const files = Object.entries(card.files ?? {});
  return (
    <article className={styles["card"]} aria-labelledby={heading}>
      <header className={styles["head"]}>
        <h3 id={heading}>{card.name}</h3>
        <span className={styles["state"]} data-fetched={fetched}>
          {fetched && <CheckIcon size={14} />}
          {fetched ? texts.models.fetched : texts.models.absent}
        </span>
      </header>
      <p className={styles["title"]}>{card.title}</p>
      <Facts>
        {/* What only says where something is makes no vectors. */}
        {card.dimension > 0 && (
          <>
            <Fact name={texts.models.dimension}>{number(card.dimension)}</Fact>
            <Fact name={texts.models.metric}>{texts.create.metrics[card.metric ?? "COSINE"]}</Fact>
          </>
        )}
        {card.image && <Fact name={texts.models.network}>{texts.models.pixels(card.image.size ?? 224)}</Fact>}
        {size > 0 && <Fact name={texts.models.size}>{bytes(size)}</Fact>}
        <Fact name={texts.models.licence}>{card.licence}</Fact>
        {card.source && (
          <Fact name={texts.models.described}>
            <Source address={card.source} />
          </Fact>
        )}
        <Fact name={texts.models.uses}>{users && <Users collections={users} />}</Fact>
      </Facts>
      <div className={styles["foot"]}>
        {!fetched && (
          <>
            <p className={styles["hint"]}>{texts.models.fetch}</p>
            <Snippet text={`findalike models fetch ${card.name}`} label={texts.models.copyCommand} />
          </>
        )}
        {files.length === 0 ? (
          <p className={styles["hint"]}>{texts.models.noFiles}</p>
        ) : (
          <details className={styles["files"]}>
            <summary aria-label={`${texts.models.filesOf(card.name)}: ${texts.models.files(files.length)}`}>
              {texts.models.files(files.length)}
            </summary>
            <ul>
              {files.map(([name, file]) => (
                <li key={name}>
                  <strong>{name}</strong>{" "}
                  {file.sources.map((source) => (
                    <span key={source} title={source}>
                      {sourceOf(source)}
                    </span>
                  ))}
                </li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </article>
  );
}

/** Where a model is described: often a paper's address, but any text may stand there. */
function Source({ address }: { address: string }) {
  if (!/^https?:\/\//.test(address)) return address;
  return (
    <a href={address} rel="noreferrer">
      {address.replace(/^https?:\/\//, "")}
    </a>
  );
}

function Users({ collections }: { collections: Collection[] }) {
  if (collections.length === 0) return texts.models.unused;
  return (
    <ul className={styles["users"]}>
      {collections.map((one) => (
        <li key={`${one.application}/${one.name}`}>
          <Link href={`/apps/${one.application}/${one.name}`}>{texts.models.user(one.application, one.name)}</Link>
        </li>
      ))}
    </ul>
  );
}
