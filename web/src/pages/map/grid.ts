import type { Box, Place } from "./viewport";

const PER_CELL = 4;
const MOST = 512;

/**
 * Finds points by place: a grid of cells over the unit square, each with the numbers of its points.
 *
 * `starts[cell]` is where the points of a cell begin in `order`; they end where those of the next cell begin.
 */
export class Grid {
  readonly #places: Float32Array;
  readonly #side: number;
  readonly #starts: Uint32Array;
  readonly #order: Uint32Array;

  /** `places`: x, y, x, y, … in the unit square. */
  constructor(places: Float32Array) {
    const count = places.length / 2;
    this.#places = places;
    this.#side = Math.min(Math.max(Math.ceil(Math.sqrt(count / PER_CELL)), 1), MOST);
    const cells = new Uint32Array(count);
    this.#starts = new Uint32Array(this.#side * this.#side + 1);
    for (let at = 0; at < count; at++) {
      const cell = this.#cell(places[2 * at] ?? 0) + this.#side * this.#cell(places[2 * at + 1] ?? 0);
      cells[at] = cell;
      this.#starts[cell + 1] = (this.#starts[cell + 1] ?? 0) + 1;
    }
    for (let cell = 0; cell < this.#side * this.#side; cell++) {
      this.#starts[cell + 1] = (this.#starts[cell + 1] ?? 0) + (this.#starts[cell] ?? 0);
    }
    const next = this.#starts.slice();
    this.#order = new Uint32Array(count);
    for (let at = 0; at < count; at++) {
      const cell = cells[at] ?? 0;
      const free = next[cell] ?? 0;
      this.#order[free] = at;
      next[cell] = free + 1;
    }
  }

  #cell(value: number): number {
    return Math.min(Math.max(Math.floor(value * this.#side), 0), this.#side - 1);
  }

  /** The point nearest to a place, at most `within` away; -1 if there is none. */
  nearest(place: Place, within: number): number {
    let best = -1;
    let least = within * within;
    this.#each(
      { left: place.x - within, top: place.y - within, right: place.x + within, bottom: place.y + within },
      (at, x, y) => {
        const distance = (x - place.x) ** 2 + (y - place.y) ** 2;
        // Of points at one place the last one lies on top.
        if (distance < least || (distance === least && at > best)) {
          least = distance;
          best = at;
        }
        return true;
      },
    );
    return best;
  }

  /** The points in a box; null if there are more than `most`. */
  inside(box: Box, most: number): number[] | null {
    const found: number[] = [];
    const all = this.#each(box, (at, x, y) => {
      if (x >= box.left && x <= box.right && y >= box.top && y <= box.bottom) found.push(at);
      return found.length <= most;
    });
    return all ? found : null;
  }

  /** Visit the points of all cells that a box touches, until `visit` says false; whether it never did. */
  #each(box: Box, visit: (at: number, x: number, y: number) => boolean): boolean {
    for (let row = this.#cell(box.top); row <= this.#cell(box.bottom); row++) {
      const from = this.#starts[row * this.#side + this.#cell(box.left)] ?? 0;
      const to = this.#starts[row * this.#side + this.#cell(box.right) + 1] ?? 0;
      for (let place = from; place < to; place++) {
        const at = this.#order[place] ?? 0;
        if (!visit(at, this.#places[2 * at] ?? 0, this.#places[2 * at + 1] ?? 0)) return false;
      }
    }
    return true;
  }
}

export type Direction = "left" | "right" | "up" | "down";

/** The point that comes next in a direction: the nearest in the quarter that lies there; -1 if there is none. */
export function towards(places: Float32Array, from: Place, direction: Direction): number {
  const sign = direction === "left" || direction === "up" ? -1 : 1;
  const sideways = direction === "left" || direction === "right";
  let best = -1;
  let least = Infinity;
  for (let at = 0; at < places.length / 2; at++) {
    const dx = (places[2 * at] ?? 0) - from.x;
    const dy = (places[2 * at + 1] ?? 0) - from.y;
    const ahead = sign * (sideways ? dx : dy);
    const distance = dx * dx + dy * dy;
    if (ahead > 0 && ahead >= Math.abs(sideways ? dy : dx) && distance < least) {
      least = distance;
      best = at;
    }
  }
  return best;
}
