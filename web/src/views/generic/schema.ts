import type { Json, Query } from "../../api/types";
import { texts } from "../../texts";

/** How a property of a query is asked for. */
type Kind = "text" | "integer" | "number" | "boolean" | "choice" | "numbers" | "json";

export interface Property {
  name: string;
  label: string;
  description: string | undefined;
  kind: Kind;
  choices: string[];
  required: boolean;
  /** What the server takes if it is left out. */
  fallback: Json | undefined;
}

/** The values of a form as they were typed, by property. */
export type Values = Record<string, string>;

interface Schema {
  [keyword: string]: unknown;
}

// What every search has (SearchQuery on the server): the page asks for it, beside the results.
const COMMON = new Set(["filter", "min_score", "limit", "group", "cursor"]);

/** The properties of an application's query, from its JSON schema, without those that every search has. */
export function properties(root: Schema): Property[] {
  const required = new Set(list(root["required"]));
  return Object.entries(object(root["properties"]))
    .filter(([name]) => !COMMON.has(name))
    .map(([name, given]) => {
      const schema = object(given);
      const inner = meaning(schema, root);
      return {
        name,
        label: sentence(name),
        description: text(schema["description"]) ?? text(inner["description"]),
        kind: kindOf(inner, root),
        choices: list(inner["enum"]).map(String),
        required: required.has(name),
        fallback: schema["default"] as Json | undefined,
      };
    });
}

/** A schema without its reference, and without "or null", which a form says by leaving the field empty. */
function meaning(schema: Schema, root: Schema): Schema {
  const reference = text(schema["$ref"])?.replace("#/$defs/", "");
  if (reference !== undefined) return meaning(object(object(root["$defs"])[reference]), root);
  const some = list(schema["anyOf"]).map(object).filter((one) => one["type"] !== "null");
  const only = some[0];
  return some.length === 1 && only ? meaning(only, root) : schema;
}

function kindOf(schema: Schema, root: Schema): Kind {
  if (Array.isArray(schema["enum"])) return "choice";
  switch (schema["type"]) {
    case "string":
      return "text";
    case "integer":
    case "number":
    case "boolean":
      return schema["type"];
    case "array": {
      const items = meaning(object(schema["items"]), root)["type"];
      return items === "number" || items === "integer" ? "numbers" : "json";
    }
    default:
      return "json";
  }
}

/** A value as it stands in the form and in the address. */
export function typed(property: Property, value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (property.kind === "numbers" && Array.isArray(value)) return value.map(Number).join(", ");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** What was typed as a value; undefined if nothing was. Throws an Error that says what to type. */
function parsed(property: Property, input: string): Json | undefined {
  const trimmed = input.trim();
  if (trimmed === "") {
    if (property.required) throw new Error(texts.form.required);
    return undefined;
  }
  switch (property.kind) {
    case "text":
    case "choice":
      return trimmed;
    case "boolean":
      return trimmed === "true";
    case "integer":
    case "number": {
      const value = Number(trimmed);
      if (!Number.isFinite(value)) throw new Error(texts.form.number);
      if (property.kind === "integer" && !Number.isInteger(value)) throw new Error(texts.form.integer);
      return value;
    }
    case "numbers":
      return numbers(trimmed);
    case "json":
      try {
        return JSON.parse(trimmed) as Json;
      } catch {
        throw new Error(texts.form.json);
      }
  }
}

function numbers(input: string): number[] {
  const values = input
    .replace(/^\[|\]$/g, "")
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map(Number);
  if (!values.length || values.some((one) => !Number.isFinite(one))) throw new Error(texts.form.numbers);
  return values;
}

/** All values of a form as a query, and what is wrong with single ones. */
export function readForm(all: Property[], values: Values): { query: Query; errors: Map<string, string> } {
  const query: Query = {};
  const errors = new Map<string, string>();
  for (const property of all) {
    try {
      const value = parsed(property, values[property.name] ?? "");
      if (value !== undefined) query[property.name] = value;
    } catch (error) {
      errors.set(property.name, (error as Error).message);
    }
  }
  return { query, errors };
}

/** `min_score` as people read it: Min score. */
function sentence(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function object(value: unknown): Schema {
  return typeof value === "object" && value !== null ? (value as Schema) : {};
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
