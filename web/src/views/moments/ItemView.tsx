import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import type { Application, Collection, Item, Segment } from "../../api/types";
import { clock, shown, texts } from "../../texts";
import { Button, Fact, Facts } from "../../ui";
import { AlikeIcon, OpenIcon, PlayIcon, SearchIcon } from "../../ui/icons";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import styles from "./ItemView.module.css";
import { PartPicker } from "./PartPicker";
import { play, Player, playPart } from "./Player";
import { type MomentQuery, type Part, durationOf, moves, placeOf, placesOf } from "./query";

const MOMENTS = 200;

/** One sound or video in detail: played, with its places, and to choose a part of to search with. */
export function ItemView({ application, collection, item, at, hits, onSearch, actions }: ItemViewProps<MomentQuery>) {
  const segments = useSegments(application, collection, item);
  const player = useRef<HTMLMediaElement>(null);
  const begin = segments.find((one) => one.ordinal === at);
  const found = hits.flatMap(placesOf);
  const [part, setPart] = useState<Part | null>(null);
  const [now, setNow] = useState(0);
  const video = moves(item);
  const duration = durationOf(item) ?? segments.reduce((most, one) => Math.max(most, placeOf(one)?.end ?? 0), 0);
  const preview = item.links.preview;
  const from = (begin && placeOf(begin)?.start) ?? found[0]?.place.start ?? 0;

  function seek(moment: number): void {
    if (player.current) player.current.currentTime = moment;
    setNow(moment);
  }

  return (
    <div className={styles["item"]}>
      <Player
        key={from}
        className={styles[video ? "video" : "audio"]}
        item={item}
        from={from}
        controls
        player={player}
        poster={video && preview ? (at === null ? `${preview}?size=1024` : `${preview}?segment=${at}&size=1024`) : undefined}
        onTime={setNow}
      />
      {duration > 0 && (
        <PartPicker
          duration={duration}
          part={part}
          now={now}
          picture={!video && preview ? `${preview}?size=1024` : null}
          onChange={setPart}
          onSeek={seek}
        />
      )}
      <div className={styles["actions"]}>
        {part ? (
          <>
            <Button kind="primary" onClick={() => onSearch({ item_id: item.id, part })}>
              <SearchIcon />
              {texts.moments.searchPart}
            </Button>
            <Button onClick={() => player.current && playPart(player.current, part)}>
              <PlayIcon />
              {texts.moments.playPart}
            </Button>
            <Button kind="quiet" onClick={() => setPart(null)}>
              {texts.moments.clearPart}
            </Button>
          </>
        ) : (
          <Button kind="primary" onClick={() => onSearch({ item_id: item.id })}>
            <AlikeIcon />
            {texts.item.alike}
          </Button>
        )}
        {item.links.content && (
          <a className={styles["original"]} href={item.links.content} target="_blank" rel="noreferrer">
            <OpenIcon />
            {texts.item.download}
          </a>
        )}
        {!part && actions}
      </div>
      <p className={styles["help"]}>{texts.moments.partHelp}</p>
      {video && preview && (
        <section>
          <h3>{texts.moments.all}</h3>
          <ol className={styles["strip"]}>
            {segments.map((one) => (
              <Moment
                key={one.ordinal}
                segment={one}
                preview={preview}
                found={found.some((other) => other.segment.ordinal === one.ordinal)}
                now={now}
                onChoose={(place) => {
                  seek(place.start);
                  if (player.current) play(player.current);
                }}
              />
            ))}
          </ol>
        </section>
      )}
      <section>
        <h3>{texts.item.metadata}</h3>
        <Facts ruled>
          {Object.entries(item.metadata).map(([name, value]) => (
            <Fact key={name} name={name}>
              {name === "duration" && typeof value === "number" ? clock(value, true) : shown(value)}
            </Fact>
          ))}
          <Origin item={item} />
        </Facts>
      </section>
    </div>
  );
}

function Moment({ segment, preview, found, now, onChoose }: {
  segment: Segment;
  preview: string;
  found: boolean;
  now: number;
  onChoose: (place: Part) => void;
}) {
  const place = placeOf(segment);
  if (!place) return null;
  return (
    <li>
      <button
        type="button"
        className={styles["moment"]}
        data-found={found || undefined}
        aria-current={(now >= place.start && now < place.end) || undefined}
        aria-label={texts.moments.at(clock(place.start), clock(place.end))}
        title={segment.text ?? undefined}
        onClick={() => onChoose(place)}
      >
        <img src={`${preview}?segment=${segment.ordinal}&size=256`} alt="" loading="lazy" decoding="async" />
        <span className="figures">{clock(place.start)}</span>
      </button>
    </li>
  );
}

function useSegments(application: Application, collection: Collection, item: Item): Segment[] {
  const { data } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "moments", item.id],
    queryFn: ({ signal }) => collections.segments(application.name, collection.name, item.id, 0, MOMENTS, signal),
  });
  return data?.segments ?? [];
}
