import type { Application, Json } from "../../api/types";

/** Something that a collection settles when it is made, yes or no. */
export interface Option {
  name: string;
  label: string;
  hint: string | undefined;
  standard: boolean;
}

function object(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The options of an application's collections that are yes or no, from its JSON schema. */
export function optionsOf({ options_schema }: Pick<Application, "options_schema">): Option[] {
  return Object.entries(object(options_schema["properties"] as Json)).flatMap(([name, given]) => {
    const { type, title, description, default: standard } = object(given);
    if (type !== "boolean") return [];
    return {
      name,
      label: typeof title === "string" ? title : name,
      hint: typeof description === "string" ? description : undefined,
      standard: standard === true,
    };
  });
}
