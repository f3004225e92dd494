import { useEffect, useRef, useState } from "react";

import { FRAME, type LiveSearch, NotLive } from "../../api/live";
import { collections } from "../../api/collections";
import { addMedia } from "../../api/media";
import { reason } from "../../api/problem";
import type { Application, Collection, Query, SearchPage } from "../../api/types";
import { texts } from "../../texts";
import { Button, IconButton } from "../../ui";
import { CameraIcon, CloseIcon } from "../../ui/icons";
import styles from "./Camera.module.css";

const SIDE = 480;
const HITS = 24;

// Milliseconds between two pictures: over the socket, and where every one is a file of its own.
const PACE = 300;
const SLOW_PACE = 2_000;

interface CameraProps {
  application: Application;
  collection: Collection;
  live: LiveSearch;
  /** What to ask with a picture, given its media id. */
  queryWith: (mediaId: string) => Query | null;
  onTake: (picture: Blob) => void;
  onFilm: (page: SearchPage | null) => void;
  onClose: () => void;
}

/** The camera: take one picture to search with, or search all the time with what it sees. */
export function Camera({ application, collection, live, queryWith, onTake, onFilm, onClose }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const [filming, setFilming] = useState(false);
  const [said, setSaid] = useState<string | null>(null);
  const asking = useRef({ queryWith, onFilm });

  useEffect(() => {
    asking.current = { queryWith, onFilm };
  });

  useEffect(() => {
    let stream: MediaStream | null = null;
    let left = false;

    async function start(): Promise<void> {
      try {
        stream = await openCamera();
      } catch (error) {
        setSaid(whyNot(error));
        return;
      }
      if (left) stopAll(stream);
      else if (video.current) video.current.srcObject = stream;
    }

    void start();
    return () => {
      left = true;
      if (stream) stopAll(stream);
      asking.current.onFilm(null);
    };
  }, []);

  useEffect(() => {
    if (!filming) return;
    const stop = new AbortController();

    async function once(): Promise<number> {
      const picture = video.current && (await shot(video.current));
      const query = asking.current.queryWith(FRAME);
      if (!picture || !query) return PACE;
      const whole = { ...query, limit: HITS };
      try {
        asking.current.onFilm(await live.ask(whole, { file: picture, signal: stop.signal }));
        return PACE;
      } catch (error) {
        if (!(error instanceof NotLive)) throw error;
        const { media_id } = await addMedia(picture, texts.image.cameraPicture).done;
        const page = await collections.search(
          application.name,
          collection.name,
          { ...asking.current.queryWith(media_id), limit: HITS },
          stop.signal,
        );
        if (!stop.signal.aborted) asking.current.onFilm(page);
        return SLOW_PACE;
      }
    }

    async function film(): Promise<void> {
      while (!stop.signal.aborted) {
        const began = performance.now();
        let pace = PACE;
        try {
          pace = await once();
        } catch (error) {
          // Typing in the same moment takes the socket for itself: the next picture comes soon.
          if (!(error instanceof DOMException && error.name === "AbortError")) {
            setSaid(reason(error));
            setFilming(false);
            return;
          }
        }
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, pace - (performance.now() - began))));
      }
    }

    function hidden(): void {
      if (!document.hidden) return;
      setFilming(false);
      setSaid(texts.image.liveHidden);
    }

    void film();
    document.addEventListener("visibilitychange", hidden);
    return () => {
      stop.abort();
      document.removeEventListener("visibilitychange", hidden);
    };
  }, [application.name, collection.name, filming, live]);

  async function take(): Promise<void> {
    const picture = video.current && (await shot(video.current, Infinity));
    if (!picture) return;
    setFilming(false);
    onTake(picture);
  }

  function toggle(): void {
    setSaid(null);
    setFilming(!filming);
    if (filming) onFilm(null);
  }

  return (
    <section className={styles["camera"]} aria-label={texts.image.camera}>
      <div className={styles["view"]} data-live={filming || undefined}>
        {/* There is nothing to hear, so there are no captions. */}
        <video ref={video} muted autoPlay playsInline onLoadedData={() => setReady(true)} />
        {filming && <span className={styles["on"]}>{texts.image.liveOn}</span>}
      </div>
      <div className={styles["actions"]}>
        <Button kind="primary" disabled={!ready} onClick={take}>
          <CameraIcon />
          {texts.image.take}
        </Button>
        <Button disabled={!ready} aria-pressed={filming} onClick={toggle}>
          {filming ? texts.image.liveStop : texts.image.liveStart}
        </Button>
        <p role="status">{said ?? (filming ? texts.image.liveHelp : ready ? texts.image.cameraHelp : texts.image.cameraWait)}</p>
      </div>
      <IconButton label={texts.image.cameraClose} onClick={onClose}>
        <CloseIcon />
      </IconButton>
    </section>
  );
}

function openCamera(): Promise<MediaStream> {
  // Browsers give it to pages of this machine and of https only, and then there is no such object at all.
  if (!isSecureContext) return Promise.reject(new Error(texts.image.cameraInsecure));
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } },
  });
}

function whyNot(error: unknown): string {
  if (!(error instanceof DOMException)) return reason(error);
  if (error.name === "NotAllowedError") return texts.image.cameraRefused;
  if (error.name === "NotFoundError") return texts.image.cameraMissing;
  return texts.image.cameraBusy;
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** What the camera sees now, as a JPEG whose longer side has at most so many pixels. */
function shot(video: HTMLVideoElement, side = SIDE): Promise<Blob | null> {
  if (!video.videoWidth) return Promise.resolve(null);
  const scale = Math.min(1, side / Math.max(video.videoWidth, video.videoHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}
