import type { Application } from "../../api/types";
import { texts } from "../../texts";
import { properties } from "../../views/generic/schema";

/** What one can ask an application with, in words: the properties of its query that are its own. */
function askedBy(application: Application): string[] {
  return properties(application.query_schema)
    .map((one) => texts.application.askedNames[one.name] ?? one.label.toLowerCase());
}

/** What an application takes, in words. */
export function takes(application: Application): string[] {
  return [
    ...application.accepts.map((type) => texts.application.kinds[type] ?? type),
    ...application.tables.map((type) => texts.application.kinds[type] ?? type),
    ...(application.takes_records
      ? [application.needs_dimension ? texts.application.vectors : texts.application.records]
      : []),
  ];
}

/** What an application says of itself; if it says nothing, what its query tells. */
export function described(application: Application): string {
  if (application.description) return application.description;
  const asked = askedBy(application);
  return asked.length ? texts.application.generic(list(asked)) : texts.application.genericBare;
}

function list(words: string[]): string {
  return new Intl.ListFormat(texts.language, { type: "disjunction" }).format(words);
}
