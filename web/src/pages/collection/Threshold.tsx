import { type SyntheticEvent, useState } from "react";

import { score, texts } from "../../texts";
import { Input, Slider } from "../../ui";
import styles from "./Threshold.module.css";
import { histogram, range } from "./histogram";

const BARS = 24;
const STEPS = 200;

interface ThresholdProps {
  /** Of all hits found so far, also of those that the threshold leaves out. */
  scores: readonly number[];
  value: number | undefined;
  /** For distances, where less is better. */
  rising: boolean;
  /** While it is dragged, before it is asked for. */
  onMove: (value: number | null) => void;
  onChange: (value: number | undefined) => void;
}

/** The least score that a hit must have, over a picture of how the scores lie. */
export function Threshold({ scores, value, rising, onMove, onChange }: ThresholdProps) {
  const [moved, setMoved] = useState<number | null>(null);
  const [written, setWritten] = useState<string | null>(null);
  const [least, greatest] = scaleOf(scores, value, rising);
  const open = rising ? greatest : least;
  const shown = moved ?? value ?? open;
  const counts = histogram([least, greatest, ...scores], BARS);
  // The two ends were put in only to fix the scale.
  counts[0] = (counts[0] ?? 1) - 1;
  counts[BARS - 1] = (counts[BARS - 1] ?? 1) - 1;
  const most = Math.max(...counts, 1);
  const width = (greatest - least) / BARS;

  function move(to: number): void {
    setMoved(to);
    onMove(to);
  }

  function release(): void {
    if (moved === null) return;
    setMoved(null);
    onMove(null);
    choose(moved);
  }

  function choose(to: number): void {
    const exact = Number(to.toPrecision(4));
    const wanted = to === open ? undefined : exact;
    if (wanted !== value) onChange(wanted);
  }

  function enter(event: SyntheticEvent): void {
    event.preventDefault();
    if (written === null) return;
    setWritten(null);
    const read = Number(written);
    if (written.trim() === "") onChange(undefined);
    else if (Number.isFinite(read)) choose(read);
  }

  return (
    <form className={styles["threshold"]} onSubmit={enter} aria-label={texts.search.threshold}>
      <p className={styles["label"]} aria-hidden="true">
        {rising ? texts.search.greatestDistance : texts.search.leastScore}
      </p>
      <div className={styles["scale"]}>
        <div className={styles["bars"]} aria-hidden="true">
          {counts.map((count, at) => {
            const middle = least + (at + 0.5) * width;
            const kept = rising ? middle <= shown : middle >= shown;
            return (
              <span key={at} data-kept={kept} style={{ blockSize: count ? `${8 + (92 * count) / most}%` : "1px" }} />
            );
          })}
        </div>
        <Slider
          aria-label={rising ? texts.search.greatestDistance : texts.search.leastScore}
          aria-valuetext={score(shown)}
          min={least}
          max={greatest}
          step={(greatest - least) / STEPS || "any"}
          value={shown}
          disabled={least === greatest}
          onChange={(event) => move(event.target.valueAsNumber)}
          onPointerUp={release}
          onKeyUp={release}
          onBlur={release}
        />
      </div>
      <div className={styles["exact"]}>
        <Input
          aria-label={texts.search.exactScore}
          inputMode="decimal"
          placeholder={texts.search.anyScore}
          value={written ?? (moved === null && value === undefined ? "" : score(shown))}
          onChange={(event) => setWritten(event.target.value)}
          onBlur={enter}
        />
      </div>
    </form>
  );
}

/** From end to end of the scores; a threshold at the open end leaves a step beyond it, to let go of it. */
function scaleOf(scores: readonly number[], value: number | undefined, rising: boolean): [number, number] {
  if (value === undefined) return range(scores);
  const [least, greatest] = range([...scores, value]);
  const step = (greatest - least) / BARS || Math.abs(value) / BARS || 1;
  if (rising) return [least, value === greatest ? greatest + step : greatest];
  return [value === least ? least - step : least, greatest];
}
