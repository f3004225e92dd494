import type { Item } from "../../api/types";
import { Thumb } from "../../ui";
import type { QueryMark } from "./marks";
import styles from "./Overlay.module.css";
import { type Place, type Size, type Viewport, toScreen } from "./viewport";

/** An item that is shown at its point. */
export interface Shown {
  item: Item;
  place: Place;
  /** If it is a hit, how good a one, from 1 to 0. */
  strength: number | undefined;
}

interface OverlayProps {
  view: Viewport;
  size: Size;
  shown: readonly Shown[];
  /** The side of its picture in CSS pixels. */
  side: number;
  query: QueryMark | null;
  /** The place of the point that is looked at, and its radius. */
  pointed: Place | null;
  radius: number;
}

/** What lies on the drawing: pictures or names of single items, where the query is, which point is looked at. */
export function Overlay({ view, size, shown, side, query, pointed, radius }: OverlayProps) {
  const at = (place: Place): { translate: string } => {
    const { x, y } = toScreen(view, size, place);
    return { translate: `${x.toFixed(1)}px ${y.toFixed(1)}px` };
  };
  return (
    <div className={styles["overlay"]} aria-hidden="true">
      {shown.map(({ item, place, strength }) => (
        <div key={item.id} className={styles["item"]} style={at(place)}>
          {item.links.preview ? (
            <div className={styles["picture"]} style={{ inlineSize: side, ...edgeOf(strength) }}>
              <Thumb preview={item.links.preview} alt="" size={128} />
            </div>
          ) : (
            <span className={styles["name"]} style={{ insetBlockStart: radius }}>
              {item.name || item.key}
            </span>
          )}
        </div>
      ))}
      {query && (
        <div className={styles["item"]} style={at(query.place)}>
          <QuerySign />
        </div>
      )}
      {pointed && (
        <div className={styles["item"]} style={at(pointed)}>
          <div className={styles["ring"]} style={{ inlineSize: 2 * radius + 10 }} />
        </div>
      )}
    </div>
  );
}

/** The edge of a picture, which hides the colour of its point. */
function edgeOf(strength: number | undefined): { borderColor?: string } {
  if (strength === undefined) return {};
  return { borderColor: `color-mix(in srgb, var(--map-hit-near) ${Math.round(100 * strength)}%, var(--map-hit-far))` };
}

/** The sign of the query, on the map and in its legend. */
export function QuerySign({ small = false }: { small?: boolean }) {
  return (
    <svg className={styles["query"]} data-small={small || undefined} viewBox="-14 -14 28 28" aria-hidden="true">
      <path d="M0-13V-6M0 13V6M-13 0H-6M13 0H6" />
      <circle r="7" />
      <circle r="2" />
    </svg>
  );
}
