import { type KeyboardEvent, type PointerEvent, useRef } from "react";

import { texts } from "../../texts";
import styles from "./RegionPicker.module.css";
import type { Region } from "./query";
import { type Grip, type Point, dragged, gripAt, keyed } from "./region";

// How near to a corner a finger may be, in pixels.
const REACH = 18;

interface Drag {
  grip: Grip;
  from: Point;
  region: Region | null;
}

/** Draws a rectangle on a picture, by pointer or by keyboard. Lay it over the picture, in a positioned parent. */
export function RegionPicker({ region, onChange }: { region: Region | null; onChange: (region: Region | null) => void }) {
  const drag = useRef<Drag | null>(null);

  function place(event: PointerEvent<HTMLElement>): { point: Point; reach: Point } {
    const box = event.currentTarget.getBoundingClientRect();
    const point = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
    return { point, reach: { x: REACH / box.width, y: REACH / box.height } };
  }

  function begin(event: PointerEvent<HTMLElement>): void {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const { point, reach } = place(event);
    drag.current = { grip: gripAt(region, point, reach), from: point, region };
  }

  function move(event: PointerEvent<HTMLElement>): void {
    const { point, reach } = place(event);
    event.currentTarget.dataset["grip"] = drag.current?.grip ?? gripAt(region, point, reach);
    if (drag.current) onChange(dragged(drag.current.region, drag.current.grip, drag.current.from, point));
  }

  function press(event: KeyboardEvent): void {
    const next = keyed(region, event.key, event.shiftKey);
    const cleared = region && ["Delete", "Backspace"].includes(event.key);
    if (!next && !cleared) return;
    event.preventDefault();
    onChange(next);
  }

  return (
    <button
      type="button"
      className={styles["picker"]}
      aria-label={region ? texts.image.regionIs(region) : texts.image.regionNone}
      title={texts.image.regionKeys}
      onPointerDown={begin}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onKeyDown={press}
    >
      {region && (
        <span
          className={styles["region"]}
          style={{
            insetInlineStart: `${100 * region.x}%`,
            insetBlockStart: `${100 * region.y}%`,
            inlineSize: `${100 * region.width}%`,
            blockSize: `${100 * region.height}%`,
          }}
        >
          <i />
          <i />
          <i />
          <i />
        </span>
      )}
    </button>
  );
}
