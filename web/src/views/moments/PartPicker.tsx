import { type PointerEvent, useRef } from "react";

import { clock, texts } from "../../texts";
import { Slider } from "../../ui";
import styles from "./PartPicker.module.css";
import { type Part, tidy } from "./query";

interface PartPickerProps {
  duration: number;
  part: Part | null;
  /** Where the player is. */
  now: number;
  /** Drawn under the part: the waveform, for example. */
  picture: string | null;
  onChange: (part: Part | null) => void;
  onSeek: (moment: number) => void;
}

const STEP = 0.1;
// A press that moves less than this, in pixels, says where to go on playing.
const PRESS = 4;

/** The whole of a sound or a video as a line: press to go there, drag to choose a part; or by two sliders. */
export function PartPicker({ duration, part, now, picture, onChange, onSeek }: PartPickerProps) {
  const began = useRef<{ x: number; moment: number } | null>(null);

  function momentAt(event: PointerEvent<HTMLElement>): number {
    const box = event.currentTarget.getBoundingClientRect();
    return Math.min(duration, Math.max(0, ((event.clientX - box.left) / box.width) * duration));
  }

  function percent(moment: number): string {
    return `${(100 * Math.min(moment, duration)) / duration}%`;
  }

  return (
    <div className={styles["picker"]}>
      <div
        className={styles["line"]}
        data-bare={picture === null || undefined}
        // The sliders below do the same by keyboard.
        aria-hidden="true"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          began.current = { x: event.clientX, moment: momentAt(event) };
        }}
        onPointerMove={(event) => {
          if (began.current && Math.abs(event.clientX - began.current.x) > PRESS) {
            onChange(tidy(began.current.moment, momentAt(event)));
          }
        }}
        onPointerUp={(event) => {
          if (began.current && Math.abs(event.clientX - began.current.x) <= PRESS) onSeek(momentAt(event));
          began.current = null;
        }}
        onPointerCancel={() => {
          began.current = null;
        }}
      >
        {picture && <img src={picture} alt="" draggable={false} />}
        {part && (
          <span
            className={styles["part"]}
            style={{ insetInlineStart: percent(part.start), insetInlineEnd: `calc(100% - ${percent(part.end)})` }}
          />
        )}
        <span className={styles["now"]} style={{ insetInlineStart: percent(now) }} />
      </div>
      <div className={styles["ends"]}>
        {(["start", "end"] as const).map((end) => (
          <label key={end}>
            <span>{texts.moments.ends[end]}</span>
            <Slider
              min={0}
              max={duration}
              step={STEP}
              value={part?.[end] ?? (end === "start" ? 0 : duration)}
              aria-valuetext={clock(part?.[end] ?? (end === "start" ? 0 : duration))}
              onChange={(event) => {
                const value = event.target.valueAsNumber;
                const whole = part ?? { start: 0, end: duration };
                onChange(end === "start" ? tidy(Math.min(value, whole.end - STEP), whole.end) : tidy(whole.start, Math.max(value, whole.start + STEP)));
              }}
            />
            <output className="figures">{clock(part?.[end] ?? (end === "start" ? 0 : duration), true)}</output>
          </label>
        ))}
      </div>
    </div>
  );
}
