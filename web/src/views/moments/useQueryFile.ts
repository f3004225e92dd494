import { useEffect, useRef, useState } from "react";

import { addMedia } from "../../api/media";
import { reason } from "../../api/problem";
import type { Media } from "../../api/types";
import type { Upload } from "../../api/upload";
import { useToast } from "../../ui";

const PLACE = "findalike.asked";

/** Brings what is asked with to the server; `onReady` is told its media id, and `nameOf` its name afterwards. */
export function useQueryFile(onReady: (mediaId: string) => void) {
  const toast = useToast();
  const [sending, setSending] = useState<string | null>(null);
  const upload = useRef<Upload<Media> | null>(null);

  useEffect(() => () => upload.current?.cancel(), []);

  async function send(file: Blob, name: string): Promise<void> {
    upload.current?.cancel();
    const mine = addMedia(file, name);
    upload.current = mine;
    setSending(name);
    try {
      const { media_id } = await mine.done;
      remember(media_id, name);
      if (upload.current === mine) onReady(media_id);
    } catch (error) {
      // A newer file took its place.
      if (!(error instanceof DOMException && error.name === "AbortError")) toast("failed", reason(error));
    }
    if (upload.current === mine) setSending(null);
  }

  return { sending, send };
}

function remember(mediaId: string, name: string): void {
  try {
    sessionStorage.setItem(`${PLACE}.${mediaId}`, name);
  } catch {
    // A name is a comfort only.
  }
}

/** What a file that was asked with is called, if it was this tab that sent it. */
export function nameOf(mediaId: string): string | null {
  return sessionStorage.getItem(`${PLACE}.${mediaId}`);
}
