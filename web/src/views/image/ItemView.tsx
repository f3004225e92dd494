import { useState } from "react";

import { useSearch } from "../../api/queries";
import type { Item } from "../../api/types";
import { shown, texts } from "../../texts";
import { Button, Fact, Facts, Skeleton, Thumb } from "../../ui";
import { AlikeIcon, CropIcon, OpenIcon, SearchIcon } from "../../ui/icons";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import styles from "./ItemView.module.css";
import { RegionPicker } from "./RegionPicker";
import { trueAspect } from "./aspect";
import { type ImageQuery, type Region, tidy } from "./query";

const NEIGHBOURS = 12;

// What every browser shows; of the rest there is the preview.
const SHOWABLE = new Set(["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif", "image/bmp"]);

/** One picture in detail: large, with what is known of it and what is like it. */
export function ItemView({ application, collection, item, onSearch, onOpen, actions }: ItemViewProps<ImageQuery>) {
  const [choosing, setChoosing] = useState(false);
  const [region, setRegion] = useState<Region | null>(null);
  const neighbours = useSearch(application.name, collection.name, { item_id: item.id, limit: NEIGHBOURS });
  const alike = neighbours.data?.pages[0]?.hits;

  return (
    <div className={styles["item"]}>
      <div className={styles["stage"]}>
        <Picture item={item}>{choosing && <RegionPicker region={region} onChange={setRegion} />}</Picture>
      </div>
      <div className={styles["actions"]}>
        {choosing ? (
          <>
            <Button
              kind="primary"
              disabled={!region}
              onClick={() => region && onSearch({ item_id: item.id, region: tidy(region) })}
            >
              <SearchIcon />
              {texts.image.regionSearch}
            </Button>
            <Button disabled={!region} onClick={() => setRegion(null)}>
              {texts.image.regionClear}
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                setRegion(null);
                setChoosing(false);
              }}
            >
              {texts.cancel}
            </Button>
            <p className={styles["help"]}>{texts.image.regionHelp}</p>
          </>
        ) : (
          <>
            <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
              <AlikeIcon />
              {texts.item.alike}
            </Button>
            <Button onClick={() => setChoosing(true)}>
              <CropIcon />
              {texts.image.regionChoose}
            </Button>
            {item.links.content && (
              <a className={styles["original"]} href={item.links.content} target="_blank" rel="noreferrer">
                <OpenIcon />
                {texts.item.download}
              </a>
            )}
            {actions}
          </>
        )}
      </div>
      <div className={styles["more"]}>
        <section>
          <h3>{texts.item.metadata}</h3>
          <Known item={item} />
        </section>
        <section>
          <h3>{texts.image.neighbours}</h3>
          {neighbours.error && <p className={styles["help"]}>{texts.image.noNeighbours}</p>}
          {alike?.length === 0 && <p className={styles["help"]}>{texts.image.noNeighbours}</p>}
          <ul className={styles["neighbours"]}>
            {alike?.map((hit) => (
              <li key={hit.item.id}>
                <button
                  type="button"
                  aria-label={texts.search.open(hit.item.name)}
                  title={hit.item.name}
                  onClick={() => onOpen(hit.item.id)}
                >
                  {hit.item.links.preview && <Thumb preview={hit.item.links.preview} alt="" />}
                </button>
              </li>
            ))}
            {neighbours.isPending &&
              Array.from({ length: NEIGHBOURS }, (_, at) => (
                <li key={at} className={styles["waiting"]}>
                  <Skeleton height="100%" />
                </li>
              ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

/** The picture in its true shape before it is loaded, on top of the preview that the browser has already. */
function Picture({ item, children }: { item: Item; children: React.ReactNode }) {
  const showable = item.links.content !== null && SHOWABLE.has(item.media_type ?? "");
  const [broken, setBroken] = useState(false);
  const shape = trueAspect(item);
  const preview = item.links.preview;
  const source = showable && !broken ? item.links.content : preview && `${preview}?size=1024`;
  return (
    <div
      className={styles["picture"]}
      style={{
        aspectRatio: shape,
        inlineSize: `min(100%, calc(var(--tallest) * ${shape}))`,
        ...(preview && { backgroundImage: `url("${preview}?size=512")` }),
      }}
    >
      {source && <img src={source} alt={item.name} draggable={false} onError={() => setBroken(true)} />}
      {children}
    </div>
  );
}

function Known({ item }: { item: Item }) {
  const { width, height, ...rest } = item.metadata;
  const size = typeof width === "number" && typeof height === "number";
  return (
    <Facts ruled>
      {size && <Fact name={texts.image.dimensions}>{texts.image.pixels(width, height)}</Fact>}
      {Object.entries(size ? rest : item.metadata).map(([name, value]) => (
        <Fact key={name} name={name}>
          {shown(value)}
        </Fact>
      ))}
      <Origin item={item} />
    </Facts>
  );
}
