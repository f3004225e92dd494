/** Commands for the server at `origin`, to be copied into a shell. */
export function commandLine(origin: string): string {
  return `export FINDALIKE_URL=${origin}
findalike load image-search holiday ~/Pictures
findalike search image-search holiday --text "a dog"
findalike jobs list`;
}

/** The same in Python. */
export function python(origin: string): string {
  return `from findalike import Client

photos = "image-search", "holiday"
with Client("${origin}") as client:
    job = client.add_files(*photos, ["dog.jpg"])
    client.wait(job.id)
    for hit in client.search(*photos, text="a dog").hits:
        print(hit.score, hit.item.name)`;
}
