import type { Server } from "../../api/session";
import { beginning } from "../collection/recipes";

/** Commands for a server, to be copied into a shell. */
export function commandLine({ address, locked }: Server): string {
  return `export FINDALIKE_URL=${address}
${locked ? "export FINDALIKE_API_KEY=…\n" : ""}findalike load image-search holiday ~/Pictures
findalike search image-search holiday --text "a dog"
findalike jobs list`;
}

/** The same in Python. */
export function python(server: Server): string {
  return `${beginning(server)}
    photos = "image-search", "holiday"
    job = client.add_files(*photos, ["dog.jpg"])
    client.wait(job.id)
    for hit in client.search(*photos, text="a dog").hits:
        print(hit.score, hit.item.name)`;
}
