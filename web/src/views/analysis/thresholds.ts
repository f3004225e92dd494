import type { Thresholds } from "../../api/analysis";

/** What must be alike to be the same. */
export type Limited = keyof Thresholds;

interface Scale {
  /** What holds until somebody chooses otherwise. */
  usual: number;
  /** Where the slider ends. */
  least: number;
  most: number;
}

/** Distances of faces, of which the least is best; cosines of things, of which the greatest is. */
export const SCALES: Record<Limited, Scale> = {
  faces: { usual: 0.6, least: 0.1, most: 1.2 },
  things: { usual: 0.7, least: 0, most: 1 },
};

const STEPS = 100;

/** How fine a slider is. */
export const STEP = 1 / STEPS;

/** Where a slider ends that has room for a value, too: by the API any is possible. */
export function endsOf({ least, most }: Scale, value: number): [number, number] {
  return [Math.min(least, Math.floor(value * STEPS) / STEPS), Math.max(most, Math.ceil(value * STEPS) / STEPS)];
}
