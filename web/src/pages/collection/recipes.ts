import { collections } from "../../api/collections";
import type { Server } from "../../api/session";
import type { Application, Collection, Json, Query } from "../../api/types";

/** A search as a command for a shell. */
export function asCurl(server: Server, application: Application, collection: Collection, query: Query): string {
  const address = server.address + collections.address(application.name, collection.name, "search");
  // Within single quotes a shell takes everything as it is, save a single quote.
  const body = JSON.stringify(query).replaceAll("'", String.raw`'\''`);
  const key = server.locked ? ' -H "Authorization: Bearer $FINDALIKE_API_KEY"' : "";
  return `curl -s '${address}' -H 'Content-Type: application/json'${key} -d '${body}'`;
}

/** The same search as a program. */
export function asPython(server: Server, application: Application, collection: Collection, query: Query): string {
  const options = Object.entries(query).map(([name, value]) => `        ${name}=${python(value)},\n`);
  return `${beginning(server)}
    answer = client.search(
        ${JSON.stringify(application.name)},
        ${JSON.stringify(collection.name)},
${options.join("")}    )
    for hit in answer.hits:
        print(hit.score, hit.item.name)
`;
}

/** How a program begins that uses a server: up to the line whose block uses it. */
export function beginning({ address, locked }: Server): string {
  const url = JSON.stringify(address);
  return locked
    ? `import os

from findalike import Client

with Client(${url}, os.environ["FINDALIKE_API_KEY"]) as client:`
    : `from findalike import Client

with Client(${url}) as client:`;
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
