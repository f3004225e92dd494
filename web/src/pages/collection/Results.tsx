import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Problem, mayPass, reason } from "../../api/problem";
import { keys, type useSearch } from "../../api/queries";
import type { Application, Collection, Hit, Query, SearchPage } from "../../api/types";
import { texts } from "../../texts";
import { EmptyState, Failed, More, Skeleton } from "../../ui";
import { SearchIcon } from "../../ui/icons";
import type { AnyView } from "../../views/view";
import { Refine } from "./Refine";
import { CopySearch } from "./CopySearch";
import styles from "./Results.module.css";
import { EmptyCollection } from "./adding/EmptyCollection";
import type { Refinement } from "./refinement";

interface ResultsProps {
  view: AnyView;
  application: Application;
  collection: Collection;
  /** What the view asked. */
  query: Query | null;
  /** The same, as it is sent to the server. */
  whole: Query | null;
  refinement: Refinement;
  search: ReturnType<typeof useSearch>;
  /** Hits that come by themselves, such as a camera's: they stand in place of the search's. */
  film: SearchPage | null;
  onRefine: (next: Refinement) => void;
  onSearch: (query: Query) => void;
  onOpen: (id: string, at?: number) => void;
}

/** What a search found, more of it as one scrolls; or why there is nothing to show. */
export function Results(props: ResultsProps) {
  const { view, application, collection, query, whole, refinement, search, film, onRefine, onSearch, onOpen } = props;
  const [threshold, setThreshold] = useState<number | null>(null);
  const pages = film ? [film] : (search.data?.pages ?? []);
  const last = pages.at(-1);
  const hits = pages.flatMap((page) => page.hits);
  const scoring = (query && view.scoredBy?.(query)) ?? Object.keys(collection.vectors);
  const rising = scoring.some((name) => collection.vectors[name]?.metric === "L2");
  const scores = useScores(application, collection, whole, search.data?.pages ?? []);
  const problem = search.error instanceof Problem ? search.error : null;
  // What is seen was found by the query before, until the answer is here.
  const stale = !film && search.isPlaceholderData && search.isFetching;

  if (query === null && !film) {
    if (collection.items > 0 && view.Start) {
      return <view.Start application={application} collection={collection} onSearch={onSearch} onOpen={onOpen} />;
    }
    if (collection.items === 0) return <EmptyCollection application={application} collection={collection} />;
    return (
      <EmptyState icon={<SearchIcon />} title={texts.search.ready}>
        {texts.search.readyHelp}
      </EmptyState>
    );
  }

  // Where the form says what is wrong with the query, there is nothing to say of its hits.
  if (!film && problem && query && view.explains?.(problem, query)) return null;

  return (
    <section
      className={styles["results"]}
      aria-labelledby="results"
      aria-busy={search.isFetching}
      data-stale={stale || undefined}
    >
      <header className={styles["head"]}>
        <h2 id="results">{texts.search.results}</h2>
        <p className="figures" role="status">
          {last && (
            <>
              {texts.search.hits(hits.length, last.next_cursor !== null)}
              <span className={styles["took"]}>{texts.search.took(last.took.encode_ms, last.took.vectors_ms)}</span>
            </>
          )}
        </p>
        {whole && !film && <CopySearch application={application} collection={collection} query={whole} />}
      </header>
      {!film && (
        <Refine
          collection={collection}
          refinement={refinement}
          wrong={problem?.fields.get("filter")}
          scores={scores}
          rising={rising}
          grouping={query && view.groups?.(query) === false ? null : (view.grouping ?? texts.search.fold)}
          ranges={(view.ranges ?? []).filter(({ field }) => field in collection.fields)}
          onMove={setThreshold}
          onRefine={onRefine}
        />
      )}
      {content()}
    </section>
  );

  function content(): ReactNode {
    if (!film && search.error && !search.isFetchNextPageError) {
      // It is said at the filter.
      if (problem?.fields.has("filter")) return null;
      return (
        <Failed title={texts.search.failed} onRetry={mayPass(search.error) ? () => search.refetch() : undefined}>
          {reason(search.error)}
        </Failed>
      );
    }
    if (!last) return <Waiting layout={view.layout} />;
    if (hits.length === 0) {
      return (
        <EmptyState icon={<SearchIcon />} title={texts.search.none}>
          {texts.search.noneHelp}
        </EmptyState>
      );
    }
    return (
      <>
        <ol className={styles[view.layout]}>
          {hits.map((hit) => (
            <li key={keyOf(hit)} style={shape(hit)} data-out={isOut(hit) || undefined}>
              <view.HitCard
                application={application}
                collection={collection}
                hit={hit}
                query={film ? null : query}
                onSearch={onSearch}
                onOpen={onOpen}
              />
            </li>
          ))}
        </ol>
        {!film && <More list={search} end={last.beyond ? texts.search.beyond(last.depth) : texts.search.end} />}
      </>
    );
  }

  function shape(hit: Hit) {
    if (view.layout !== "rows") return undefined;
    const aspect = view.aspect?.(hit.item) ?? 1;
    return { flexGrow: aspect, flexBasis: `calc(var(--row) * ${aspect})` };
  }

  function isOut(hit: Hit): boolean {
    if (threshold === null) return false;
    return rising ? hit.score > threshold : hit.score < threshold;
  }
}

/** The scores of all hits known of a query, also of those that its least score leaves out. */
function useScores(application: Application, collection: Collection, whole: Query | null, pages: SearchPage[]): number[] {
  const cache = useQueryClient();
  const open = { ...whole };
  delete open["min_score"];
  const found = cache.getQueryData<{ pages: SearchPage[] }>(keys.search(application.name, collection.name, open));
  const all = [...(found?.pages ?? []), ...pages].flatMap((page) => page.hits);
  return [...new Map(all.map((hit) => [keyOf(hit), hit.score])).values()];
}

/** An item may have several hits, one a part. */
function keyOf({ item, segment }: Hit): string {
  return `${item.id}-${segment.ordinal}`;
}

// Shapes like those of photographs, so that what comes looks much like what is waited for.
const SHAPES = [1.5, 0.75, 1.33, 1, 1.5, 1.78, 0.75, 1.33];

function Waiting({ layout }: { layout: AnyView["layout"] }) {
  return (
    <div className={styles[layout]} role="status" aria-label={texts.loading}>
      {SHAPES.map((aspect, at) =>
        layout === "rows" ? (
          <div key={at} style={{ flexGrow: aspect, flexBasis: `calc(var(--row) * ${aspect})`, aspectRatio: aspect }}>
            <Skeleton height="100%" />
          </div>
        ) : (
          <Skeleton key={at} height="7rem" />
        ),
      )}
    </div>
  );
}
