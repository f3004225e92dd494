import type { Media } from "./types";
import { type Upload, upload } from "./upload";

/** Store a file to search with; its media id goes into queries, and expires. */
export function addMedia(file: Blob, name: string): Upload<Media> {
  const form = new FormData();
  form.append("file", file, name);
  return upload<Media>("/api/v1/media", form, () => undefined);
}
