import { memo } from "react";

import { reason } from "../../api/problem";
import type { Hit } from "../../api/types";
import { score, texts } from "../../texts";
import { Button, ButtonLink, IconButton, Skeleton, Thumb } from "../../ui";
import { CloseIcon } from "../../ui/icons";
import styles from "./HitList.module.css";

interface HitListProps {
  hits: readonly Hit[];
  /** Whether there are more than these. */
  more: boolean;
  /** Whether an item has a point. */
  mapped: (id: string) => boolean;
  busy: boolean;
  error: Error | null;
  /** Where the query can be changed. */
  change: string;
  onPoint: (id: string | null) => void;
  onOpen: (id: string) => void;
  onFrame: () => void;
  onClear: () => void;
}

/** The hits of the query beside the map. */
export const HitList = memo(function HitList(props: HitListProps) {
  const { hits, more, mapped, busy, error, change, onPoint, onOpen, onFrame, onClear } = props;
  return (
    <section className={styles["hits"]} aria-labelledby="hits" aria-busy={busy}>
      <header className={styles["head"]}>
        <h2 id="hits">{texts.map.hits}</h2>
        <p role="status" className="figures">
          {busy && hits.length === 0 ? texts.loading : texts.search.hits(hits.length, more)}
        </p>
        <IconButton label={texts.map.clear} onClick={onClear}>
          <CloseIcon />
        </IconButton>
      </header>
      <div className={styles["actions"]}>
        {hits.length > 0 && <Button onClick={onFrame}>{texts.map.frame}</Button>}
        <ButtonLink href={change}>{texts.map.change}</ButtonLink>
      </div>
      {error && (
        <p role="alert" className={styles["error"]}>
          {texts.search.failed}: {reason(error)}
        </p>
      )}
      {busy && hits.length === 0 && <Skeleton height="16rem" />}
      {!busy && !error && hits.length === 0 && <p className={styles["none"]}>{texts.search.none}</p>}
      {hits.length > 0 && (
        <ol className={styles["list"]}>
          {hits.map(({ item, rank, score: value }) => (
            <li key={item.id}>
              <button
                type="button"
                className={styles["hit"]}
                onClick={() => onOpen(item.id)}
                onPointerEnter={() => onPoint(item.id)}
                onPointerLeave={() => onPoint(null)}
                onFocus={() => onPoint(item.id)}
                onBlur={() => onPoint(null)}
              >
                <span className={`${styles["rank"] ?? ""} figures`}>{rank}</span>
                {item.links.preview && <Thumb preview={item.links.preview} alt="" size={128} />}
                <span className={styles["name"]}>
                  <span>{item.name || item.key || item.id.slice(0, 12)}</span>
                  {!mapped(item.id) && <small>{texts.map.unplaced}</small>}
                </span>
                <span className={`${styles["score"] ?? ""} figures`}>
                  <span className="unseen">{texts.search.score} </span>
                  {score(value)}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
});
