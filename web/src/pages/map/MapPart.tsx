import { useMemo, useState } from "react";
import { useLocation } from "wouter";

import { useActiveJobs } from "../../api/jobs";
import { outdated, useMakeMap, useMap, useMapJob } from "../../api/map";
import { reason } from "../../api/problem";
import { useSearch } from "../../api/queries";
import type { Collection, Job, Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, EmptyState, Failed, Progress, Skeleton, useToast } from "../../ui";
import { MapIcon } from "../../ui/icons";
import { useView } from "../../views/registry";
import { ItemDialog } from "../collection/ItemDialog";
import { type PartProps, searchAddress } from "../collection/parts";
import { addressOf, carriedOver, refined, refinementFromUrl } from "../collection/refinement";
import { useOpenItem } from "../collection/useOpenItem";
import { Choice } from "./Choice";
import { type Choices, choicesFromUrl, mappable, withChoices } from "./choices";
import styles from "./MapPart.module.css";
import { MapView } from "./MapView";
import { canDraw } from "./useRenderer";

// So many hits are marked at most, and of a small collection no more than a part, else all of it would be hits.
const HITS = 50;
const FEWEST = 10;
const PART = 0.2;

/** The part of a collection's page that shows its map: makes it, keeps it up to date, and lets items be opened. */
export default function MapPart({ application, collection }: PartProps) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const { id: item, at, params, show, go } = useOpenItem();
  const toast = useToast();
  const [drawable] = useState(canDraw);

  const vectors = mappable(collection);
  const choices = choicesFromUrl(params, collection);
  const { vector } = choices;
  const made = collection.maps.includes(vector);
  const map = useMap(collection, vector);
  const make = useMakeMap(application.name, collection.name);
  const { data: active = [] } = useActiveJobs();
  // Only an existing map names its job.
  const first = active.find(
    (job) =>
      job.kind === "map" &&
      job.application === application.name &&
      job.collection === collection.name &&
      job.vector === vector,
  );
  const asked = make.variables?.vector === vector ? make.data?.id : undefined;
  const id = map.data?.stale.updating ?? asked ?? (made ? null : first?.id) ?? null;
  const { job, ...work } = useMapJob(application.name, collection.name, id);
  // Between the end of the first job and the map that it made, there is nothing to begin.
  const running = make.isPending || work.running || (!made && job?.state === "succeeded");

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

  /** Another query, with the map as it is. */
  function ask(next: Query | null): void {
    const asked = next ? addressOf(view.queryToUrl(next), carriedOver(refinement)) : "";
    const address = withChoices(new URLSearchParams(asked), choices, collection);
    go(address.size > 0 ? `${path}?${address}` : path);
  }

  function choose(part: Partial<Choices>): void {
    const address = withChoices(params, { ...choices, ...part }, collection);
    navigate(address.size > 0 ? `${path}?${address}` : path, { replace: true });
  }

  const alikeBy = vectors.length > 1 && (
    <Choice label={texts.map.vector} value={vector} onChoose={(next) => choose({ vector: next })}>
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
      {made && !map.data && (
        <div role="status" aria-label={texts.loading}>
          <Skeleton height="32rem" />
        </div>
      )}
      {job?.state === "failed" && (
        <p role="alert" className={styles["failed"]}>
          {texts.map.stopped(job.detail)}
        </p>
      )}
      {!made && alikeBy}
      {!made && <None collection={collection} running={running} job={job} onMake={() => start(false)} />}
      {made && map.data && (
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
            more={found.hasNextPage}
            searching={found.isFetching}
            error={found.error}
            search={`${searchAddress(application, collection.name)}${suffix}`}
            items={`${base}/items`}
            onOpen={show}
            onClear={() => ask(null)}
            colour={choices.colour}
            onColour={(colour) => choose({ colour })}
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
          at={at}
          items={hits.map((hit) => hit.item)}
          hits={hits}
          more={found.hasNextPage}
          onSearch={ask}
          onOpen={show}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}

interface NoneProps {
  collection: Collection;
  running: boolean;
  job: Job | undefined;
  onMake: () => void;
}

/** Before there is a map. */
function None({ collection, running, job, onMake }: NoneProps) {
  if (collection.indexed === 0) {
    return (
      <EmptyState icon={<MapIcon />} title={texts.map.tooFew}>
        {texts.map.tooFewHelp}
      </EmptyState>
    );
  }
  if (running) {
    return (
      <EmptyState
        icon={<MapIcon />}
        title={texts.map.making}
        action={<Progress label={texts.map.making} value={job?.total ? job.done : null} max={job?.total ?? 1} />}
      >
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
