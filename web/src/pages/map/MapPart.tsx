import { useMemo, useState } from "react";
import { useLocation } from "wouter";

import { useActiveJobs } from "../../api/jobs";
import { outdated, useMakeMap, useMap, useMapJob } from "../../api/map";
import { reason } from "../../api/problem";
import { useSearch } from "../../api/queries";
import { type Collection, type Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, EmptyState, Failed, Skeleton, useToast } from "../../ui";
import { MapIcon } from "../../ui/icons";
import { useView } from "../../views/registry";
import { ItemDialog } from "../collection/ItemDialog";
import type { PartProps } from "../collection/parts";
import { addressOf, carriedOver, refined, refinementFromUrl } from "../collection/refinement";
import { useOpenItem } from "../collection/useOpenItem";
import { Choice } from "./Choice";
import styles from "./MapPart.module.css";
import { MapView } from "./MapView";
import { canDraw } from "./useRenderer";

// So many hits are marked at most, and of a small collection no more than a part, else all of it would be hits.
const HITS = 50;
const FEWEST = 10;
const PART = 0.2;

/**
 * The part of a collection's page that shows its map: makes it, keeps it up to date, and lets items be opened. How far a
 * job is the page itself shows, above its parts.
 */
export default function MapPart({ application, collection }: PartProps) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const { id: item, params, show } = useOpenItem();
  const toast = useToast();
  const [drawable] = useState(canDraw);

  const vectors = Object.keys(collection.vectors);
  const [vector, setVector] = useState(vectors[0] ?? "");
  const map = useMap(application.name, collection.name, vector);
  const make = useMakeMap(application.name, collection.name);
  const { data: active = [] } = useActiveJobs();
  // Only an existing map names its job.
  const first = active.find(
    (job) => job.kind === "map" && job.application === application.name && job.collection === collection.name,
  );
  const asked = make.variables?.vector === vector ? make.data?.id : undefined;
  const id = map.data?.stale.updating ?? asked ?? (map.data === null ? first?.id : null) ?? null;
  const { job, ...work } = useMapJob(application.name, collection.name, id);
  const running = make.isPending || work.running;

  const query = view.queryFromUrl(params, application);
  const refinement = refinementFromUrl(params);
  const most = Math.round(Math.min(Math.max(collection.items * PART, FEWEST), HITS));
  const found = useSearch(application.name, collection.name, query && refined(query, refinement, most));
  const page = query && found.data?.pages[0];
  const hits = useMemo(() => page?.hits ?? [], [page]);

  const base = `/apps/${application.name}/${collection.name}`;
  const suffix = params.size > 0 ? `?${params}` : "";

  function start(afresh: boolean): void {
    make.mutate({ vector, afresh }, { onError: (error) => toast("failed", reason(error)) });
  }

  function ask(next: Query): void {
    navigate(`${path}?${addressOf(view.queryToUrl(next), carriedOver(refinement))}`);
  }

  const alikeBy = vectors.length > 1 && (
    <Choice label={texts.map.vector} value={vector} onChoose={setVector}>
      {vectors.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Choice>
  );

  if (!drawable) {
    return (
      <Failed title={texts.map.unable}>
        {texts.map.unableHelp}
      </Failed>
    );
  }
  if (map.error && !map.data) {
    return (
      <Failed title={texts.map.failed} onRetry={() => map.refetch()}>
        {reason(map.error)}
      </Failed>
    );
  }
  return (
    <div className={styles["part"]}>
      {map.data === undefined && (
        <div role="status" aria-label={texts.loading}>
          <Skeleton height="32rem" />
        </div>
      )}
      {job?.state === "failed" && (
        <p role="alert" className={styles["failed"]}>
          {texts.map.stopped(job.detail)}
        </p>
      )}
      {map.data === null && alikeBy}
      {map.data === null && <None collection={collection} running={running} onMake={() => start(false)} />}
      {map.data && (
        <>
          {outdated(map.data.stale) && !running && (
            <div className={styles["stale"]} role="status">
              <p>
                {map.data.stale.generation
                  ? texts.map.rebuilt
                  : texts.map.staleSince(
                      texts.map.stale(map.data.stale.added, map.data.stale.removed, map.data.stale.changed),
                    )}
              </p>
              <Button onClick={() => start(false)}>
                {texts.map.update}
              </Button>
            </div>
          )}
          <MapView
            key={vector}
            application={application}
            collection={collection}
            map={map.data}
            query={query}
            hits={hits}
            searching={found.isFetching}
            error={found.error}
            search={`${base}${suffix}`}
            items={`${base}/items`}
            onOpen={show}
            onClear={() => navigate(path)}
            alikeBy={alikeBy}
            onAfresh={running ? null : () => start(true)}
          />
        </>
      )}
      {item !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={item}
          items={hits.map((hit) => hit.item)}
          onSearch={ask}
          onOpen={show}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}

/** Before there is a map. */
function None({ collection, running, onMake }: { collection: Collection; running: boolean; onMake: () => void }) {
  if (collection.indexed === 0) {
    return (
      <EmptyState icon={<MapIcon />} title={texts.map.tooFew}>
        {texts.map.tooFewHelp}
      </EmptyState>
    );
  }
  if (running) {
    return (
      <EmptyState icon={<MapIcon />} title={texts.map.making}>
        {texts.map.makingHelp}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={<MapIcon />}
      title={texts.map.none}
      action={
        <Button kind="primary" onClick={onMake}>
          <MapIcon />
          {texts.map.make}
        </Button>
      }
    >
      {texts.map.noneHelp(collection.indexed)}
    </EmptyState>
  );
}
