import { useState } from "react";

import { score, texts } from "../../texts";
import { IconButton, Menu } from "../../ui";
import { AlikeIcon, MinusIcon, MoreIcon, OpenIcon, PlusIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import styles from "./HitCard.module.css";
import { Similar } from "./Similar";
import { aspect } from "./aspect";
import { type ImageQuery, withItem } from "./query";

const LESS = -0.5;

/** One picture that was found. */
export function HitCard({ application, collection, hit, query, onSearch, onOpen }: HitCardProps<ImageQuery>) {
  const [folded, setFolded] = useState(false);
  const [failed, setFailed] = useState(false);
  const { item } = hit;
  const name = item.name || item.id.slice(0, 12);
  return (
    <article className={styles["card"]} aria-label={name}>
      <div className={styles["frame"]} style={{ aspectRatio: aspect(item) }}>
        <button type="button" className={styles["open"]} aria-label={texts.search.open(name)} onClick={() => onOpen(item.id)}>
          {item.links.preview && !failed ? (
            <img
              src={`${item.links.preview}?size=512`}
              alt=""
              loading="lazy"
              decoding="async"
              draggable={false}
              onError={() => setFailed(true)}
            />
          ) : (
            <span className={styles["missing"]}>{name}</span>
          )}
        </button>
        {hit.similar.length > 0 && (
          <button
            type="button"
            className={`${styles["folded"] ?? ""} figures`}
            aria-label={texts.image.showSimilar(hit.similar.length)}
            title={texts.image.showSimilar(hit.similar.length)}
            onClick={() => setFolded(true)}
          >
            +{hit.similar.length}
          </button>
        )}
        <div className={styles["actions"]}>
          <IconButton label={texts.item.alike} onClick={() => onSearch({ item_id: item.id })}>
            <AlikeIcon />
          </IconButton>
          <Menu
            label={texts.image.actions(name)}
            icon={<MoreIcon />}
            items={[
              { key: "alike", icon: <AlikeIcon />, label: texts.item.alike, onChoose: () => onSearch({ item_id: item.id }) },
              {
                key: "more",
                icon: <PlusIcon />,
                label: texts.image.addToMix,
                onChoose: () => onSearch(withItem(query, item, 1)),
              },
              ...(query
                ? [
                    {
                      key: "less",
                      icon: <MinusIcon />,
                      label: texts.image.lessLikeThis,
                      onChoose: () => onSearch(withItem(query, item, LESS)),
                    },
                  ]
                : []),
              { key: "open", icon: <OpenIcon />, label: texts.image.details, onChoose: () => onOpen(item.id) },
            ]}
          />
        </div>
      </div>
      <p className={styles["caption"]}>
        <span className={styles["name"]}>{name}</span>
        <Score value={hit.score} title={scores(hit.scores)} />
      </p>
      {folded && (
        <Similar
          application={application}
          collection={collection}
          ids={[item.id, ...hit.similar]}
          onOpen={(id) => {
            setFolded(false);
            onOpen(id);
          }}
          onClose={() => setFolded(false)}
        />
      )}
    </article>
  );
}

/** The scores by vector, which a mix is the mean of. */
function scores(byVector: Record<string, number>): string {
  return Object.entries(byVector)
    .map(([vector, value]) => `${vector} ${score(value)}`)
    .join(", ");
}
