import { useMemo, useState } from "react";

import { useSearch } from "../../api/queries";
import { shown, texts } from "../../texts";
import { Button, Fact, Facts, IconButton, Skeleton } from "../../ui";
import { AlikeIcon, ChevronIcon, OpenIcon } from "../../ui/icons";
import { DocumentText } from "../reading/DocumentText";
import { FileMark } from "../reading/FileMark";
import { marksOf } from "../reading/marks";
import { titleOf } from "../reading/titles";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import styles from "./ItemView.module.css";
import type { TextQuery } from "./query";

const NEIGHBOURS = 5;

/** A text to read, opened where it was found, with what is known of it beside it. */
export function ItemView(props: ItemViewProps<TextQuery>) {
  const { application, collection, item, at, hits, onSearch, onOpen, actions } = props;
  const found = useMemo(
    () => hits.flatMap((hit) => [hit.segment, ...hit.others]).sort((one, other) => one.ordinal - other.ordinal),
    [hits],
  );
  const places = [...new Set(found.map((one) => one.ordinal))];
  const place = at ?? hits[0]?.segment.ordinal ?? null;
  const marks = useMemo(
    () =>
      new Map(
        // What is nearest in another passage may be far from what was asked.
        found.map((one) => [one.ordinal, { ...marksOf(one), ...(one.ordinal !== place && { sentence: [] }) }]),
      ),
    [found, place],
  );
  const before = place === null ? undefined : places.findLast((one) => one < place);
  const after = place === null ? undefined : places.find((one) => one > place);

  return (
    <div className={styles["item"]}>
      <div className={styles["bar"]}>
        <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
          <AlikeIcon />
          {texts.item.alike}
        </Button>
        {item.links.content && (
          <a className={styles["original"]} href={item.links.content} target="_blank" rel="noreferrer">
            <OpenIcon />
            {texts.text.original}
          </a>
        )}
        {actions}
      </div>
      <div className={styles["columns"]}>
        <About {...props} />
        <DocumentText application={application.name} collection={collection.name} item={item} at={place} marks={marks} />
      </div>
      {places.length > 1 && place !== null && (
        <nav className={styles["matches"]} aria-label={texts.text.matches(places.length)}>
          <IconButton
            className={styles["up"]}
            label={texts.text.previousMatch}
            disabled={before === undefined}
            onClick={() => before !== undefined && onOpen(item.id, before)}
          >
            <ChevronIcon />
          </IconButton>
          <span className="figures" role="status">
            {places.includes(place)
              ? texts.text.match(places.indexOf(place) + 1, places.length)
              : texts.text.matches(places.length)}
          </span>
          <IconButton
            className={styles["down"]}
            label={texts.text.nextMatch}
            disabled={after === undefined}
            onClick={() => after !== undefined && onOpen(item.id, after)}
          >
            <ChevronIcon />
          </IconButton>
        </nav>
      )}
    </div>
  );
}

/** A language's code (ISO 639) as its name. */
function languageName(code: unknown): string {
  try {
    return (typeof code === "string" && new Intl.DisplayNames(texts.language, { type: "language" }).of(code)) || shown(code);
  } catch {
    return shown(code);
  }
}

// Beside the text where there is room for it, else folded away before it.
const WIDE = "(min-width: 62rem)";

function About({ application, collection, item, onOpen }: ItemViewProps<TextQuery>) {
  const [open, setOpen] = useState(() => matchMedia(WIDE).matches);
  const alike = useSearch(application.name, collection.name, open ? { item_id: item.id, limit: NEIGHBOURS } : null);
  const hits = alike.data?.pages[0]?.hits;
  return (
    <details className={styles["about"]} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.text.about}</summary>
      <div className={styles["facts"]}>
        <Facts ruled>
          {item.links.content && <Fact name={texts.text.file}>{item.name}</Fact>}
          {Object.entries(item.metadata)
            .filter(([name]) => name !== "title")
            .map(([name, value]) => (
              <Fact key={name} name={name}>
                {name === "language" ? languageName(value) : shown(value)}
              </Fact>
            ))}
          <Origin item={item} />
        </Facts>
        <section>
          <h3>{texts.text.neighbours}</h3>
          {(alike.error || hits?.length === 0) && <p className={styles["none"]}>{texts.text.noNeighbours}</p>}
          <ul className={styles["alike"]}>
            {hits?.map((hit) => (
              <li key={hit.item.id}>
                <button type="button" onClick={() => onOpen(hit.item.id)}>
                  <FileMark item={hit.item} size={16} />
                  <span>{titleOf(hit.item)}</span>
                </button>
              </li>
            ))}
            {alike.isPending &&
              Array.from({ length: NEIGHBOURS }, (_, n) => (
                <li key={n}>
                  <Skeleton height="1.75rem" />
                </li>
              ))}
          </ul>
        </section>
      </div>
    </details>
  );
}
