import { type RefObject, useEffect, useState } from "react";

import type { Lane } from "../../api/analysis";
import type { Item } from "../../api/types";
import { texts } from "../../texts";
import styles from "./Stage.module.css";
import { boxesAt, moves } from "./query";

interface StageProps {
  item: Item;
  lanes: readonly Lane[];
  step: number;
  /** Where to begin, in seconds. */
  from: number;
  now: number;
  player: RefObject<HTMLVideoElement | null>;
  onTime: (moment: number) => void;
}

/** A video, which plays, or a picture, with the boxes of what is there at this moment drawn over it. */
export function Stage({ item, lanes, step, from, now, player, onTime }: StageProps) {
  const [shape, setShape] = useState<string | null>(null);
  const [paused, setPaused] = useState(true);
  const source = item.links.play ?? item.links.content ?? undefined;
  const moving = moves(item) && !!item.links.play;
  useMoment(player, moving, onTime);

  return (
    <div className={styles["stage"]} style={{ aspectRatio: shape ?? shapeOf(item) }}>
      {moving ? (
        // Speech in what users bring has subtitles where the file itself has them; there is no track to give.
        // eslint-disable-next-line jsx-a11y/media-has-caption
        <video
          ref={player}
          src={from > 0 ? `${source ?? ""}#t=${from}` : source}
          preload="metadata"
          controls
          playsInline
          aria-label={texts.moments.player(item.name)}
          onPlay={() => setPaused(false)}
          onPause={() => setPaused(true)}
          onLoadedMetadata={({ currentTarget }) => {
            if (currentTarget.videoWidth) setShape(`${currentTarget.videoWidth} / ${currentTarget.videoHeight}`);
          }}
        />
      ) : (
        <img src={`${item.links.preview ?? ""}?size=1024`} alt={item.name} />
      )}
      <div className={styles["boxes"]} data-controls={moving && paused} aria-hidden="true">
        {boxesAt(lanes, moving ? now : 0, step).map((box, at) => (
          <div
            key={at}
            className={styles["box"]}
            style={{
              insetInlineStart: share(box.x),
              insetBlockStart: share(box.y),
              inlineSize: share(box.width),
              blockSize: share(box.height),
              color: colourOf(box.lane),
            }}
          >
            <span>{box.name}</span>
          </div>
        ))}
      </div>
    </div>
  );
}

const COLOURS = 12;

/** The colour of a lane, and of its boxes. */
export function colourOf(lane: number): string {
  return `var(--map-category-${(lane % COLOURS) + 1})`;
}

export function share(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}

function shapeOf({ metadata: { width, height } }: Item): string | undefined {
  return typeof width === "number" && typeof height === "number" ? `${width} / ${height}` : undefined;
}

/** Tells the moment that a player shows: with each frame of the screen while it plays, else when it is sought in. */
function useMoment(player: RefObject<HTMLVideoElement | null>, moving: boolean, onTime: (moment: number) => void): void {
  useEffect(() => {
    const video = player.current;
    if (!video || !moving) return undefined;
    let frame = 0;
    const tell = (): void => onTime(video.currentTime);
    const follow = (): void => {
      tell();
      if (!video.paused) frame = requestAnimationFrame(follow);
    };
    video.addEventListener("play", follow);
    video.addEventListener("seeked", tell);
    video.addEventListener("timeupdate", tell);
    return () => {
      cancelAnimationFrame(frame);
      video.removeEventListener("play", follow);
      video.removeEventListener("seeked", tell);
      video.removeEventListener("timeupdate", tell);
    };
  }, [player, moving, onTime]);
}
