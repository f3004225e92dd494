import type { Application, Query } from "../../api/types";
import { properties, readForm, typed } from "./schema";

/** The query in an address; what the application does not know, or cannot read, is left out. */
export function queryFromUrl(params: URLSearchParams, application: Application): Query | null {
  const known = properties(application.query_schema).filter((one) => params.has(one.name));
  const values = Object.fromEntries(known.map((one) => [one.name, params.get(one.name) ?? ""]));
  const { query } = readForm(known, values);
  return Object.keys(query).length ? query : null;
}

/** A query as an address: strings as they are, everything else as JSON, which is what the form reads too. */
export function queryToUrl(query: Query): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    params.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  return params;
}

/** The values of a form that shows a query. */
export function valuesOf(query: Query | null, application: Application): Record<string, string> {
  if (!query) return {};
  return Object.fromEntries(
    properties(application.query_schema).map((one) => [one.name, typed(one, query[one.name])]),
  );
}
