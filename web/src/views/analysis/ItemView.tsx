import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import { type Lane, timeline } from "../../api/analysis";
import { reason } from "../../api/problem";
import { keys } from "../../api/queries";
import { clock, shown, texts } from "../../texts";
import { Fact, Facts, Skeleton } from "../../ui";
import { OpenIcon } from "../../ui/icons";
import { Origin } from "../item/Origin";
import type { ItemViewProps } from "../view";
import { GalleryForm } from "./GalleryForm";
import styles from "./ItemView.module.css";
import { Lanes } from "./Lanes";
import { type FaceToName, NameFace } from "./NameFace";
import { Stage } from "./Stage";
import { type AnalysisQuery, momentOf, moves } from "./query";

const NONE: readonly Lane[] = [];

/** A video or a picture in detail: played, with boxes over it, and a time line of who and what is there. */
export function ItemView({ application, collection, item, hits, onSearch, actions }: ItemViewProps<AnalysisQuery>) {
  const { data, error } = useQuery({
    queryKey: [...keys.collection(application.name, collection.name), "timeline", item.id],
    queryFn: ({ signal }) => timeline(application.name, collection.name, item.id, signal),
  });
  const begin = hits[0] && momentOf(hits[0]);
  const from = begin?.start ?? 0;
  const player = useRef<HTMLVideoElement>(null);
  const [now, setNow] = useState(from);
  const [naming, setNaming] = useState<FaceToName | null>(null);
  const tell = useCallback((moment: number) => setNow(moment), []);
  const lanes = data?.lanes ?? NONE;
  const example = typeof item.metadata["known"] === "string";
  const known = useMemo(() => Object.entries(item.metadata).filter(([name]) => name !== "named"), [item.metadata]);

  useEffect(() => {
    if (player.current && Math.abs(player.current.currentTime - from) > 0.05) player.current.currentTime = from;
  }, [from]);

  function seek(moment: number): void {
    if (player.current) player.current.currentTime = moment;
    setNow(moment);
  }

  function faceOf(lane: Lane): FaceToName {
    const best = lane.appearances.reduce((one, other) => (other.score > one.score ? other : one));
    const preview = item.links.preview && `${item.links.preview}?segment=${best.segment}&size=256`;
    return { item_id: item.id, segment: best.segment, name: lane.name, known: lane.known, preview };
  }

  return (
    <div className={styles["item"]}>
      <Stage item={item} lanes={lanes} step={data?.step ?? 0.5} from={from} now={now} player={player} onTime={tell} />
      <div className={styles["actions"]}>
        {item.links.content && (
          <a className={styles["original"]} href={item.links.content} target="_blank" rel="noreferrer">
            <OpenIcon />
            {texts.item.download}
          </a>
        )}
        {actions}
      </div>
      <section>
        <h3>{texts.analysis.timeline}</h3>
        <div role="status">
          {error && <p>{reason(error)}</p>}
          {!data && !error && <Skeleton height="6rem" />}
          {data && lanes.length === 0 && <p>{example ? texts.analysis.isExample : texts.analysis.nothing}</p>}
        </div>
        <Lanes
          item={item}
          lanes={lanes}
          duration={data?.duration ?? 0}
          now={now}
          naming={application.operations.includes("name")}
          onSeek={seek}
          onFind={(name) => onSearch({ names: [name] })}
          onName={(lane) => setNaming(faceOf(lane))}
        />
      </section>
      {!moves(item) && <GalleryForm application={application.name} collection={collection.name} item={item} />}
      <section>
        <h3>{texts.item.metadata}</h3>
        <Facts ruled>
          {known.map(([name, value]) => (
            <Fact key={name} name={name}>
              {name === "duration" && typeof value === "number" ? clock(value, true) : shown(value)}
            </Fact>
          ))}
          <Origin item={item} />
        </Facts>
      </section>
      {naming && (
        <NameFace application={application.name} collection={collection.name} face={naming} onClose={() => setNaming(null)} />
      )}
    </div>
  );
}
