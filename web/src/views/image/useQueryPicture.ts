import { useEffect, useRef, useState } from "react";

import { addMedia } from "../../api/media";
import { reason } from "../../api/problem";
import type { Media } from "../../api/types";
import type { Upload } from "../../api/upload";
import { texts } from "../../texts";
import { useToast } from "../../ui";
import { remember } from "./pictures";

/** Brings pictures to the server, one at a time; `onReady` is told the media id of each. */
export function useQueryPicture() {
  const toast = useToast();
  const [sending, setSending] = useState<string | null>(null);
  const upload = useRef<Upload<Media> | null>(null);

  useEffect(() => () => upload.current?.cancel(), []);

  async function send(file: Blob, name: string, onReady: (mediaId: string) => void): Promise<void> {
    upload.current?.cancel();
    const mine = addMedia(file, name);
    upload.current = mine;
    setSending(name);
    try {
      const { media_id } = await mine.done;
      await remember(media_id, name, file);
      if (upload.current === mine) onReady(media_id);
    } catch (error) {
      // A newer picture took its place.
      if (!(error instanceof DOMException && error.name === "AbortError")) toast("failed", reason(error));
    }
    if (upload.current === mine) setSending(null);
  }

  /** The one picture of what somebody dropped, pasted or chose, or null after saying why there is none. */
  function onlyPicture(files: File[]): File | null {
    const [file] = files;
    if (files.length === 1 && file) return file;
    if (files.length > 1) toast("failed", texts.image.onePicture);
    return null;
  }

  return { sending, send, onlyPicture };
}
