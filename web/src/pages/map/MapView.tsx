import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { Link } from "wouter";

import type { ItemMap } from "../../api/map";
import type { Application, Collection, Hit, Query } from "../../api/types";
import { moment, texts } from "../../texts";
import { Button, ButtonLink } from "../../ui";
import { ColourBy } from "./ColourBy";
import { Grid } from "./grid";
import { HitList } from "./HitList";
import { Legend } from "./Legend";
import styles from "./MapView.module.css";
import { marksOf, placeOf, queryMark } from "./marks";
import { PointCard } from "./PointCard";
import { type Pointed, Stage } from "./Stage";
import { useColours } from "./useColours";
import { usePalette } from "./usePalette";
import { useSettled } from "./useSettled";
import { useShown } from "./useShown";
import { useSize } from "./useSize";
import { useViewport } from "./useViewport";
import { type Box, boxOf } from "./viewport";

const PAUSE = 60;

interface MapViewProps {
  application: Application;
  collection: Collection;
  map: ItemMap;
  /** The query of the address, and what it found: that is marked. */
  query: Query | null;
  hits: readonly Hit[];
  /** Whether there are more hits than are marked. */
  more: boolean;
  searching: boolean;
  error: Error | null;
  /** Where the query is asked, and where the items are listed. */
  search: string;
  items: string;
  onOpen: (id: string) => void;
  onClear: () => void;
  /** The field that colours the points; null for none. */
  colour: string | null;
  onColour: (field: string | null) => void;
  /** The choice of a map, where there are several. */
  alikeBy: ReactNode;
  /** Lay everything out anew; null while a job does so. */
  onAfresh: (() => void) | null;
}

/** A map with everything on it: its points and their colours, the query and its hits, the item that is looked at. */
export function MapView(props: MapViewProps) {
  const { application, collection, map, query, hits, more, searching, error, search, items, alikeBy } = props;
  const { colour, onColour, onOpen, onClear, onAfresh } = props;
  const frame = useRef<HTMLDivElement>(null);
  const size = useSize(frame);
  const camera = useViewport(map.places, size);
  const palette = usePalette();
  const colours = useColours(application, collection, map, palette, colour);
  const grid = useMemo(() => new Grid(map.places), [map.places]);
  const [pointed, setPointed] = useState<Pointed | null>(null);

  const marks = useMemo(() => marksOf(hits, map), [hits, map]);
  const mark = useMemo(() => queryMark(query, marks, map), [query, marks, map]);
  const { shown, side } = useShown(application, collection, map, grid, marks, camera.view, size);

  // Sweeping over a thousand points must not ask for a thousand items.
  const settled = useSettled(pointed, PAUSE);
  const carded = settled?.id === pointed?.id ? pointed : null;

  const pointInList = useCallback((id: string | null) => setPointed(id === null ? null : { id, by: "list" }), []);
  const mapped = useCallback((id: string) => placeOf(map, id) !== null, [map]);
  const { show } = camera;
  const hitsBox = useMemo((): Box => boxOf(new Float32Array(marks.flatMap(({ place }) => [place.x, place.y]))), [marks]);

  return (
    <div className={styles["view"]}>
      <div className={styles["bar"]}>
        <p className={`${styles["facts"] ?? ""} figures`}>
          <span>{texts.map.points(map.ids.length)}</span>
          <span>{texts.map.made(moment(map.madeAt))}</span>
        </p>
        {!query && <Link href={search}>{texts.map.ask}</Link>}
        {alikeBy}
        <ColourBy collection={collection} field={colour} colours={colours} onChoose={onColour} />
      </div>
      <div className={styles["body"]} data-hits={query !== null || undefined}>
        <div className={styles["main"]}>
          <Stage
            frame={frame}
            size={size}
            camera={camera}
            map={map}
            grid={grid}
            palette={palette}
            colours={colours.painted}
            marks={marks}
            query={mark}
            shown={shown}
            side={side}
            pointed={pointed}
            onPoint={setPointed}
            onOpen={onOpen}
            card={(at, gap) =>
              carded && (
                <PointCard
                  key={carded.id}
                  application={application}
                  collection={collection}
                  id={carded.id}
                  hit={hits.find((hit) => hit.item.id === carded.id)}
                  at={at}
                  gap={gap}
                  size={size}
                  onOpen={carded.by === "touch" ? () => onOpen(carded.id) : null}
                />
              )
            }
          />
          <Legend scale={colours.scale} query={mark} hits={marks.length > 0} />
        </div>
        {query && (
          <HitList
            hits={hits}
            more={more}
            mapped={mapped}
            busy={searching}
            error={error}
            change={search}
            onPoint={pointInList}
            onOpen={onOpen}
            onFrame={() => show(hitsBox)}
            onClear={onClear}
          />
        )}
      </div>
      <p className={styles["foot"]}>
        <ButtonLink kind="quiet" flush href={items}>
          {texts.map.asList}
        </ButtonLink>
        <Button kind="quiet" disabled={!onAfresh} onClick={() => onAfresh?.()}>
          {texts.map.afresh}
        </Button>
      </p>
    </div>
  );
}
