import { number, shown, texts } from "../../texts";
import type { Scale } from "./colours";
import styles from "./Legend.module.css";
import type { QueryMark } from "./marks";
import { QuerySign } from "./Overlay";

interface LegendProps {
  scale: Scale | null;
  query: QueryMark | null;
  /** Whether hits are marked. */
  hits: boolean;
}

/** What the colours and signs of the map mean. */
export function Legend({ scale, query, hits }: LegendProps) {
  if (!scale && !hits) return null;
  return (
    <ul className={styles["legend"]} aria-label={texts.map.legend}>
      {query && (
        <li>
          <QuerySign small />
          {query.kind === "item" ? texts.map.queryAtItem : texts.map.queryAtMean(query.of)}
        </li>
      )}
      {hits && (
        <li>
          <Ramp tokens={["--map-hit-far", "--map-hit-near"]} />
          {texts.map.hitsFromTo}
        </li>
      )}
      {hits && !scale && <Value token="--map-quiet" label={texts.map.others} />}
      {scale?.kind === "range" && (
        <li className="figures">
          {shown(scale.least)}
          <Ramp tokens={["--map-low", "--map-middle", "--map-high"]} />
          {shown(scale.most)}
        </li>
      )}
      {scale?.kind === "categories" &&
        scale.values.map((value, at) => (
          <Value key={at} token={`--map-category-${at + 1}`} label={shown(value)} count={scale.counts[at]} />
        ))}
      {scale?.kind === "categories" && scale.others > 0 && (
        <Value token="--map-quiet" label={texts.map.otherValues} count={scale.others} />
      )}
      {scale && scale.missing > 0 && <Value token="--map-quiet" label={texts.map.noValue} count={scale.missing} />}
    </ul>
  );
}

function Value({ token, label, count }: { token: string; label: string; count?: number | undefined }) {
  return (
    <li>
      <span className={styles["dot"]} style={{ background: `var(${token})` }} />
      <span className={styles["label"]}>{label}</span>
      {count !== undefined && <span className="figures">{number(count)}</span>}
    </li>
  );
}

function Ramp({ tokens }: { tokens: readonly string[] }) {
  const colours = tokens.map((token) => `var(${token})`).join(", ");
  return <span className={styles["ramp"]} style={{ background: `linear-gradient(to right, ${colours})` }} />;
}
