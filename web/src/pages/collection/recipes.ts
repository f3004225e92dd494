import { collections } from "../../api/collections";
import type { Application, Collection, Json, Query } from "../../api/types";

/** A search as a command for a shell. */
export function asCurl(server: string, application: Application, collection: Collection, query: Query): string {
  const address = server + collections.address(application.name, collection.name, "search");
  // Within single quotes a shell takes everything as it is, save a single quote.
  const body = JSON.stringify(query).replaceAll("'", String.raw`'\''`);
  return `curl -s '${address}' -H 'Content-Type: application/json' -d '${body}'`;
}

/** The same search as a program. */
export function asPython(server: string, application: Application, collection: Collection, query: Query): string {
  const options = Object.entries(query).map(([name, value]) => `        ${name}=${python(value)},\n`);
  return `from findalike import Client

with Client(${JSON.stringify(server)}) as client:
    answer = client.search(
        ${JSON.stringify(application.name)},
        ${JSON.stringify(collection.name)},
${options.join("")}    )
    for hit in answer.hits:
        print(hit.score, hit.item.name)
`;
}

function python(value: Json): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    const pairs = Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${python(one)}`);
    return `{${pairs.join(", ")}}`;
  }
  // JSON's texts and numbers are Python's too.
  return JSON.stringify(value);
}
