import { useRef, useState } from "react";

import { clock, texts } from "../../texts";
import { IconButton } from "../../ui";
import { AlikeIcon, OpenIcon, PlayIcon, StopIcon } from "../../ui/icons";
import { Score } from "../card/Score";
import type { HitCardProps } from "../view";
import styles from "./HitCard.module.css";
import { Player } from "./Player";
import { type MomentQuery, durationOf, moves, placesOf } from "./query";

/** One hit: a moment of a video or a place in a sound, which is played here. */
export function HitCard({ hit, query, onSearch, onOpen }: HitCardProps<MomentQuery>) {
  const { item } = hit;
  const places = placesOf(hit);
  const [chosen, setChosen] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [hovered, setHovered] = useState(false);
  const hovering = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = places[chosen] ?? places[0];
  const name = item.name || item.id.slice(0, 12);
  const video = moves(item);
  const whole = durationOf(item);
  if (!shown) return null;
  const { place, segment } = shown;
  const preview = item.links.preview && (video ? `${item.links.preview}?segment=${segment.ordinal}&size=512` : `${item.links.preview}?size=512`);

  function hover(inside: boolean): void {
    clearTimeout(hovering.current);
    if (!inside) setHovered(false);
    // Whoever only crosses it wants nothing loaded.
    else if (video) hovering.current = setTimeout(() => setHovered(true), HOVER);
  }

  return (
    <article className={styles["card"]} aria-label={name}>
      <div
        className={styles["frame"]}
        data-video={video || undefined}
        onPointerEnter={(event) => event.pointerType === "mouse" && hover(true)}
        onPointerLeave={() => hover(false)}
      >
        {preview && <img src={preview} alt="" loading="lazy" decoding="async" draggable={false} />}
        {!video && whole !== null && (
          <span
            className={styles["place"]}
            style={{
              insetInlineStart: `${(100 * place.start) / whole}%`,
              inlineSize: `${(100 * (Math.min(place.end, whole) - place.start)) / whole}%`,
            }}
          />
        )}
        {(playing || hovered) && (
          <Player key={`${segment.ordinal}-${playing}`} item={item} from={place.start} playing muted={!playing} controls={playing} />
        )}
        {!playing && (
          <button
            type="button"
            className={styles["play"]}
            aria-label={texts.moments.play(name, clock(place.start))}
            onClick={() => setPlaying(true)}
          >
            <PlayIcon size={22} />
          </button>
        )}
      </div>
      <p className={styles["caption"]}>
        <button type="button" className={styles["name"]} aria-label={texts.search.open(name)} onClick={() => onOpen(item.id, segment.ordinal)}>
          {name}
        </button>
        <Score value={hit.score} />
      </p>
      {segment.text && <p className={styles["said"]}>{segment.text}</p>}
      <div className={styles["foot"]}>
        <ul className={styles["places"]} aria-label={texts.moments.places}>
          {places.map((one, at) => (
            <li key={one.segment.ordinal}>
              <button
                type="button"
                className="figures"
                aria-pressed={at === chosen}
                aria-label={texts.moments.at(clock(one.place.start), clock(one.place.end))}
                onClick={() => {
                  setChosen(at);
                  if (at !== chosen) setPlaying(true);
                }}
              >
                {clock(one.place.start)}
              </button>
            </li>
          ))}
        </ul>
        <div className={styles["actions"]}>
          {playing && (
            <IconButton label={texts.moments.stop} onClick={() => setPlaying(false)}>
              <StopIcon />
            </IconButton>
          )}
          <IconButton
            label={texts.moments.alikeMoment}
            onClick={() => onSearch({ item_id: item.id, part: place, ...(query?.find && { find: query.find }) })}
          >
            <AlikeIcon />
          </IconButton>
          <IconButton label={texts.moments.details} onClick={() => onOpen(item.id, segment.ordinal)}>
            <OpenIcon />
          </IconButton>
        </div>
      </div>
    </article>
  );
}

// Milliseconds that the pointer rests on a video before it plays.
const HOVER = 250;
