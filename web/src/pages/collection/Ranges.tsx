import { type CSSProperties, useRef, useState } from "react";

import { number, texts } from "../../texts";
import { Button } from "../../ui";
import type { Range } from "../../views/view";
import styles from "./Ranges.module.css";
import { type Bounds, boundsOf, withBounds } from "./ranges";

/** Sliders that narrow fields of numbers; what they choose stands in the filter, where it can be edited too. */
export function Ranges({ ranges, filter, onChange }: {
  ranges: readonly Range[];
  filter: string;
  onChange: (filter: string) => void;
}) {
  const sliders = useRef<HTMLDivElement>(null);
  const bounded = ranges.filter(({ field }) => Object.keys(boundsOf(filter, field)).length > 0);

  function reset(): void {
    // The button ends its own use; whoever pressed it by keyboard must not be thrown back to the top of the page.
    sliders.current?.querySelector("input")?.focus({ preventScroll: true });
    onChange(bounded.reduce((rest, { field }) => withBounds(rest, field, {}), filter));
  }

  return (
    <fieldset className={styles["ranges"]}>
      <legend className="unseen">{texts.ranges.title}</legend>
      <div ref={sliders} className={styles["sliders"]}>
        {ranges.map((range) => {
          const bounds = boundsOf(filter, range.field);
          return (
            <Slider
              key={range.field}
              range={range}
              bounds={bounds}
              onChange={(next) => onChange(withBounds(filter, range.field, next))}
            />
          );
        })}
      </div>
      {/* It is always there: the sliders must not move under the hand that uses them. */}
      <Button kind="quiet" className={styles["reset"]} disabled={bounded.length === 0} onClick={reset}>
        {texts.ranges.reset}
      </Button>
    </fieldset>
  );
}

function Slider({ range, bounds, onChange }: { range: Range; bounds: Bounds; onChange: (bounds: Bounds) => void }) {
  const { label, least, most, step } = range;
  const [low, setLow] = useState(bounds.least ?? least);
  const [high, setHigh] = useState(bounds.most ?? most);
  const [followed, setFollowed] = useState(bounds);
  const place = (value: number) => (100 * (Math.min(most, Math.max(least, value)) - least)) / (most - least);
  const chosen = texts.ranges.chosen(low > least ? number(low) : null, high < most ? number(high) : null);

  // What is being dragged ends where the filter changes.
  if (bounds.least !== followed.least || bounds.most !== followed.most) {
    setFollowed(bounds);
    setLow(bounds.least ?? least);
    setHigh(bounds.most ?? most);
  }

  function settle(): void {
    const next: Bounds = {};
    if (low > least) next.least = low;
    if (high < most) next.most = high;
    if (next.least !== bounds.least || next.most !== bounds.most) onChange(next);
  }

  const common = {
    type: "range",
    min: least,
    max: most,
    step,
    onPointerUp: settle,
    onKeyUp: settle,
    onBlur: settle,
  };
  return (
    <div className={styles["range"]}>
      <span className={styles["label"]} aria-hidden="true">
        {label}
        <span className="figures">{chosen}</span>
      </span>
      <div
        className={styles["track"]}
        style={{ "--from": `${place(low)}%`, "--to": `${place(high)}%` } as CSSProperties}
      >
        <input
          {...common}
          aria-label={texts.ranges.from(label)}
          value={low}
          onChange={(event) => setLow(Math.min(Number(event.target.value), high))}
        />
        <input
          {...common}
          aria-label={texts.ranges.to(label)}
          value={high}
          onChange={(event) => setHigh(Math.max(Number(event.target.value), low))}
        />
      </div>
    </div>
  );
}
