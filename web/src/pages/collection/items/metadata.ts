import type { FieldType, Item, Json } from "../../../api/types";

/** One line of the editor. `kept`: it stands there already, so that emptying it means removing it. */
export interface Line {
  id: number;
  name: string;
  value: string;
  kept: boolean;
}

/** What an item's metadata looks like in the editor: declared fields first, then the rest. */
export function linesOf(item: Item | null, fields: Readonly<Record<string, FieldType>>): Line[] {
  const metadata = item?.metadata ?? {};
  const names = [...Object.keys(fields), ...Object.keys(metadata).filter((name) => !(name in fields))];
  return names.map((name, id) => ({ id, name, value: written(metadata[name]), kept: name in metadata }));
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A value as typed: of the declared type, else a number, true, false or JSON if it reads as one, else text. */
export function read(value: string, type: FieldType | undefined): Json | undefined {
  if (type === "text") return value;
  if (type === "boolean") return value === "true" ? true : value === "false" ? false : undefined;
  if (type === "integer" || type === "number") {
    const number = Number(value);
    if (!value.trim() || !Number.isFinite(number)) return undefined;
    return type === "integer" && !Number.isInteger(number) ? undefined : number;
  }
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** The lines as a merge patch of the API, where null removes; and the names of lines that do not fit their field. */
export function patchOf(
  lines: readonly Line[],
  before: Readonly<Record<string, unknown>>,
  fields: Readonly<Record<string, FieldType>>,
): { patch: Record<string, Json>; wrong: string[] } {
  const patch: Record<string, Json> = {};
  const wrong: string[] = [];
  for (const { name, value, kept } of lines) {
    if (!name) continue;
    if (!value) {
      if (kept) patch[name] = null;
      continue;
    }
    if (value === written(before[name])) continue;
    const found = read(value, fields[name]);
    if (found === undefined) wrong.push(name);
    else patch[name] = found;
  }
  return { patch, wrong };
}
