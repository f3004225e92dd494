import type { FieldType, Item, Json } from "../../../api/types";

/** What a value is: a type that a field can have, or any JSON. */
export type ValueType = FieldType | "json";

/** What somebody who adds a value can choose; whole numbers are numbers where no field says otherwise. */
export const FREE_TYPES: readonly ValueType[] = ["text", "number", "boolean", "json"];

/** One line of the editor, for one item or the same of several. */
export interface Line {
  id: number;
  name: string;
  type: ValueType;
  /** The collection declares it: then its type is fixed, and so is its name. */
  declared: boolean;
  value: string;
  /** Some of the items have it: removing it means something. */
  kept: boolean;
  /** The items have different values (or only some have one): left empty, they stay. */
  mixed: boolean;
  removed: boolean;
}

type Fields = Readonly<Record<string, FieldType>>;

/** What is wrong with a line. */
export type Wrong = "misfit" | "nameless" | "twice";

/** The metadata of items as the editor shows it: declared fields first, then the rest. */
export function linesOf(items: readonly Item[], fields: Fields): Line[] {
  const others = new Set(items.flatMap((item) => Object.keys(item.metadata)));
  const names = [...Object.keys(fields), ...[...others].filter((name) => !(name in fields)).sort()];
  return names.map((name, id) => {
    const values = items.map((item) => item.metadata[name]);
    const texts = new Set(values.map((value) => written(value)));
    const mixed = texts.size > 1;
    const there = values.filter((value) => value !== undefined && value !== null);
    const declared = fields[name];
    return {
      id,
      name,
      type: declared ?? commonType(there),
      declared: declared !== undefined,
      value: mixed ? "" : ([...texts][0] ?? ""),
      kept: there.length > 0,
      mixed,
      removed: false,
    };
  });
}

/** One more line, to be filled in. */
export function newLine(lines: readonly Line[]): Line {
  const id = Math.max(-1, ...lines.map((line) => line.id)) + 1;
  return { id, name: "", type: "text", declared: false, value: "", kept: false, mixed: false, removed: false };
}

function commonType(values: readonly unknown[]): ValueType {
  const [first = "text", ...others] = new Set(values.map(typeOf));
  return others.length ? "text" : first;
}

function typeOf(value: unknown): ValueType {
  if (typeof value === "string") return "text";
  if (typeof value === "number") return "number";
  return typeof value === "boolean" ? "boolean" : "json";
}

function written(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A value as typed; undefined if it is not of this type. Text stays text, whatever it looks like. */
export function read(value: string, type: ValueType): Json | undefined {
  switch (type) {
    case "text":
      return value;
    case "boolean":
      return { true: true, false: false }[value];
    case "json":
      try {
        return JSON.parse(value) as Json;
      } catch {
        return undefined;
      }
    case "integer":
    case "number": {
      const number = NUMBER.test(value.trim()) ? Number(value) : NaN;
      // Beyond that, whole numbers of JavaScript are not exact.
      const fits = type === "integer" ? Number.isSafeInteger(number) : Number.isFinite(number);
      return fits ? number : undefined;
    }
  }
}

/**
 * The lines as a merge patch of the API, where null removes; and what is wrong, by the line's id. What no one changed
 * is not sent, so that somebody else's change of it stays.
 */
export function patchOf(
  lines: readonly Line[],
  before: readonly Line[],
): { patch: Record<string, Json>; wrong: ReadonlyMap<number, Wrong> } {
  const patch: Record<string, Json> = {};
  const wrong = new Map<number, Wrong>();
  const names = new Set<string>();
  const known = new Map(before.map((line) => [line.id, line]));
  for (const line of lines) {
    const old = known.get(line.id);
    const name = line.name.trim();
    if (!old && !name && !line.value) continue;
    if (!name) wrong.set(line.id, "nameless");
    else if (names.has(name)) wrong.set(line.id, "twice");
    names.add(name);
    if (willGo(line)) {
      patch[name] = null;
    } else if (line.value && (line.value !== old?.value || line.type !== old.type)) {
      const found = read(line.value, line.type);
      if (found === undefined) wrong.set(line.id, "misfit");
      else patch[name] = found;
    }
  }
  return { patch, wrong };
}

/** Whether saving removes this value: it was marked so, or emptied. */
export function willGo(line: Line): boolean {
  return line.kept && (line.removed || (!line.value && !line.mixed));
}
