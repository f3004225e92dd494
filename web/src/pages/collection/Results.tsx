import { reason } from "../../api/problem";
import type { useSearch } from "../../api/queries";
import type { Application, Collection, Query } from "../../api/types";
import { texts } from "../../texts";
import { Button, EmptyState, Skeleton } from "../../ui";
import { AlertIcon, SearchIcon } from "../../ui/icons";
import type { AnyView } from "../../views/view";
import styles from "./Results.module.css";

interface ResultsProps {
  view: AnyView;
  application: Application;
  collection: Collection;
  query: Query | null;
  search: ReturnType<typeof useSearch>;
  onOpen: (id: string) => void;
}

/** What a search found, a page at a time; or why there is nothing to show. */
export function Results({ view, application, collection, query, search, onOpen }: ResultsProps) {
  const { HitCard } = view;
  const pages = search.data?.pages ?? [];
  const last = pages.at(-1);
  const hits = pages.flatMap((page) => page.hits);

  if (query === null && collection.items === 0) {
    return (
      <EmptyState icon={<SearchIcon />} title={texts.search.emptyCollection}>
        {texts.search.emptyCollectionHelp}
      </EmptyState>
    );
  }
  if (query === null) {
    return (
      <EmptyState icon={<SearchIcon />} title={texts.search.ready}>
        {texts.search.readyHelp}
      </EmptyState>
    );
  }
  if (search.error && !search.isFetchNextPageError) {
    return (
      <EmptyState
        kind="failed"
        icon={<AlertIcon />}
        title={texts.search.failed}
        action={<Button onClick={() => search.refetch()}>{texts.retry}</Button>}
      >
        {reason(search.error)}
      </EmptyState>
    );
  }
  if (!last) {
    return (
      <div className={styles["results"]} role="status" aria-label={texts.loading}>
        <Skeleton width="12rem" height="1.5rem" />
        <div className={styles[view.layout]}>
          {Array.from({ length: 8 }, (_, at) => (
            <Skeleton key={at} height="7rem" />
          ))}
        </div>
      </div>
    );
  }
  if (hits.length === 0) {
    return (
      <EmptyState icon={<SearchIcon />} title={texts.search.none}>
        {texts.search.noneHelp}
      </EmptyState>
    );
  }
  return (
    <section className={styles["results"]} aria-labelledby="results" aria-busy={search.isFetching}>
      <header className={styles["head"]}>
        <h2 id="results">{texts.search.results}</h2>
        <p className="figures" role="status">
          {texts.search.hits(hits.length, last.next_cursor !== null)}
          <span className={styles["took"]}>{texts.search.took(last.took.encode_ms, last.took.vectors_ms)}</span>
        </p>
      </header>
      <ol className={styles[view.layout]}>
        {hits.map((hit) => (
          <li key={hit.item.id}>
            <HitCard application={application} hit={hit} onOpen={() => onOpen(hit.item.id)} />
          </li>
        ))}
      </ol>
      <footer className={styles["foot"]}>
        {search.isFetchNextPageError && <p role="alert">{reason(search.error)}</p>}
        {search.hasNextPage && (
          <Button busy={search.isFetchingNextPage} onClick={() => search.fetchNextPage()}>
            {texts.search.more}
          </Button>
        )}
        {!search.hasNextPage && <p>{last.beyond ? texts.search.beyond(last.depth) : texts.search.end}</p>}
      </footer>
    </section>
  );
}
