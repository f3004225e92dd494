/** From where to where a field may lie; left open where a bound is missing. */
export interface Bounds {
  least?: number;
  most?: number;
}

const BOUND = /^([A-Za-z][A-Za-z0-9_]*)\s*(>=|<=)\s*(-?\d+(?:\.\d+)?)$/;

/** The parts of a filter that all must hold; one part if it is not such a list. */
function parts(filter: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let quoted = false;
  let begin = 0;
  for (let at = 0; at < filter.length; at++) {
    const letter = filter[at];
    if (quoted) {
      if (letter === "\\") at++;
      else if (letter === '"') quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "(" || letter === "[") depth++;
    else if (letter === ")" || letter === "]") depth--;
    else if (depth === 0 && /^ or\b/i.test(filter.slice(at, at + 4))) return [`(${filter.trim()})`];
    else if (depth === 0 && /^ and\b/i.test(filter.slice(at, at + 5))) {
      found.push(filter.slice(begin, at));
      begin = at + 4;
    }
  }
  return [...found, filter.slice(begin)].map((part) => part.trim()).filter(Boolean);
}

function boundOf(part: string): { field: string; key: keyof Bounds; value: number } | null {
  const [, field, sign, value] = BOUND.exec(part) ?? [];
  if (field === undefined || value === undefined) return null;
  return { field, key: sign === ">=" ? "least" : "most", value: Number(value) };
}

/** How a filter bounds a field. */
export function boundsOf(filter: string, field: string): Bounds {
  const bounds: Bounds = {};
  for (const part of parts(filter)) {
    const bound = boundOf(part);
    if (bound?.field === field) bounds[bound.key] = bound.value;
  }
  return bounds;
}

/** The filter with other bounds of a field; everything else in it stays. */
export function withBounds(filter: string, field: string, { least, most }: Bounds): string {
  const bounds = [least !== undefined && `${field} >= ${least}`, most !== undefined && `${field} <= ${most}`];
  const rest = parts(filter).filter((part) => boundOf(part)?.field !== field);
  const all = [...rest, ...bounds.filter((one) => one !== false)];
  // What was put into brackets to stand beside others needs none by itself.
  const [only] = all;
  return all.length === 1 && only !== undefined && only === `(${filter.trim()})` ? filter.trim() : all.join(" and ");
}
