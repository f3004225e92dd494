import { type RefObject, useEffect, useRef } from "react";

import type { Item } from "../../api/types";
import { texts } from "../../texts";
import { type Part, moves } from "./query";

interface PlayerProps {
  item: Item;
  /** Where to begin. */
  from: number;
  /** Begin by itself: only after a press, or without sound. */
  playing?: boolean;
  muted?: boolean;
  controls?: boolean;
  className?: string | undefined;
  poster?: string | undefined;
  /** The moment that is come to, in seconds. */
  onTime?: (moment: number) => void;
  player?: RefObject<HTMLMediaElement | null>;
}

/** Plays an item from a place on: the original, or the version that the server made of it. */
export function Player({ item, from, playing, muted, controls, className, poster, onTime, player }: PlayerProps) {
  const own = useRef<HTMLMediaElement>(null);
  const element = player ?? own;
  const source = item.links.play ?? item.links.content ?? undefined;

  useEffect(() => {
    const media = element.current;
    if (media && Math.abs(media.currentTime - from) > 0.05) media.currentTime = from;
  }, [element, from]);

  const shared = {
    className,
    // Only what is played is loaded, from the place that it is played from.
    src: source && from > 0 ? `${source}#t=${from}` : source,
    preload: "metadata" as const,
    autoPlay: playing,
    muted,
    controls,
    onTimeUpdate: () => element.current && onTime?.(element.current.currentTime),
    "aria-label": texts.moments.player(item.name),
  };
  // Speech in what users bring has subtitles where the file itself has them; there is no track that could be given.
  return moves(item) ? (
    // eslint-disable-next-line jsx-a11y/media-has-caption
    <video ref={element as RefObject<HTMLVideoElement | null>} poster={poster} playsInline {...shared} />
  ) : (
    // eslint-disable-next-line jsx-a11y/media-has-caption
    <audio ref={element} {...shared} />
  );
}

/** Plays a part of what a player has, and stops at its end. */
export function playPart(element: HTMLMediaElement, { start, end }: Part): void {
  const stop = (): void => {
    if (element.currentTime < end) return;
    element.pause();
    element.removeEventListener("timeupdate", stop);
  };
  element.currentTime = start;
  element.addEventListener("timeupdate", stop);
  play(element);
}

/** Starts a player. That it was left or paused meanwhile is no error, and what a browser cannot play the player says. */
export function play(element: HTMLMediaElement): void {
  element.play().catch(() => undefined);
}
