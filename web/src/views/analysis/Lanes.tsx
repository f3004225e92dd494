import type { Lane } from "../../api/analysis";
import type { Item } from "../../api/types";
import { clock, score, texts } from "../../texts";
import { IconButton } from "../../ui";
import { PenIcon } from "../../ui/icons";
import styles from "./Lanes.module.css";
import { colourOf, share } from "./Stage";

interface LanesProps {
  item: Item;
  lanes: readonly Lane[];
  duration: number;
  now: number;
  /** Whether faces can be named. */
  naming: boolean;
  onSeek: (moment: number) => void;
  /** Look for a name in the whole collection. */
  onFind: (name: string) => void;
  onName: (lane: Lane) => void;
}

/** One lane for each person, thing and kind of thing, with a bar for each appearance. */
export function Lanes({ item, lanes, duration, now, naming, onSeek, onFind, onName }: LanesProps) {
  return (
    <ul className={styles["lanes"]}>
      {lanes.map((lane, at) => (
        <li key={`${lane.kind} ${lane.name}`} className={styles["lane"]} style={{ color: colourOf(at) }}>
          <div className={styles["head"]}>
            <Face item={item} lane={lane} />
            <button type="button" className={styles["name"]} title={texts.analysis.find(lane.name)} onClick={() => onFind(lane.name)}>
              {lane.name}
            </button>
            <span className={styles["kind"]}>{texts.analysis.kinds[lane.kind === "person" && !lane.known ? "unknown" : lane.kind]}</span>
            {naming && lane.kind === "person" && (
              <IconButton label={lane.known ? texts.analysis.renameWhom(lane.name) : texts.analysis.nameWhom(lane.name)} onClick={() => onName(lane)}>
                <PenIcon />
              </IconButton>
            )}
          </div>
          {duration > 0 ? (
            <div className={styles["track"]}>
              {lane.appearances.map((one) => (
                <button
                  key={`${one.segment} ${one.start}`}
                  type="button"
                  className={styles["bar"]}
                  aria-current={(now >= one.start && now < one.end) || undefined}
                  aria-label={texts.analysis.appears(lane.name, clock(one.start, true), clock(one.end, true), score(one.score))}
                  title={texts.analysis.appears(lane.name, clock(one.start, true), clock(one.end, true), score(one.score))}
                  style={{ insetInlineStart: share(one.start / duration), inlineSize: share((one.end - one.start) / duration) }}
                  onClick={() => onSeek(one.start)}
                />
              ))}
              <span className={styles["now"]} style={{ insetInlineStart: share(Math.min(1, now / duration)) }} />
            </div>
          ) : (
            <span className={`${styles["score"] ?? ""} figures`}>{score(lane.score)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function Face({ item, lane }: { item: Item; lane: Lane }) {
  const best = lane.appearances.reduce((one, other) => (other.score > one.score ? other : one));
  if (!item.links.preview) return null;
  return <img src={`${item.links.preview}?segment=${best.segment}&size=128`} alt="" loading="lazy" decoding="async" />;
}
