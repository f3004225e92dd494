import { useEffect, useMemo, useRef, useState } from "react";
import { useLocation } from "wouter";

import { LiveSearch, liveAddress } from "../../api/live";
import { Problem } from "../../api/problem";
import { useSearch } from "../../api/queries";
import type { Application, Collection, Query, SearchPage } from "../../api/types";
import { useView } from "../../views/registry";
import { ItemDialog } from "./ItemDialog";
import { Results } from "./Results";
import styles from "./Search.module.css";
import { type Refinement, addressOf, carriedOver, refined, refinementFromUrl } from "./refinement";
import { useOpenItem } from "./useOpenItem";
import { useTyped } from "./useTyped";

const PAGE = 24;
const NARROWING = ["filter", "min_score", "group"] as const;
const PAUSE = 1_500;

/** Asking a collection: the application's form, and what the server answers. The address holds the query. */
export default function Search({ application, collection }: { application: Application; collection: Collection }) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const { id: item, at, params, show: showItem, go } = useOpenItem();
  const address = params.toString();
  const move = useRef({ what: "", at: 0 });
  const [film, setFilm] = useState<SearchPage | null>(null);
  const live = useMemo(
    () => new LiveSearch(liveAddress(application.name, collection.name)),
    [application.name, collection.name],
  );
  useEffect(() => () => live.close(), [live]);

  const inAddress = view.queryFromUrl(params, application);
  const refinement = refinementFromUrl(params);
  const typed = useTyped<Query | null>(address, (next, again) => {
    const settled = addressFor(next);
    navigate(`${path}?${settled}`, { replace: again });
    return settled;
  });
  const query = typed.current ? typed.current.value : inAddress;
  // What is typed is another question than that of the address, with other scores.
  const narrowed = typed.current ? carriedOver(refinement) : refinement;
  const whole = query && refined(query, narrowed, PAGE);
  const search = useSearch(application.name, collection.name, whole, typed.current && live);
  const problem = search.error instanceof Problem ? search.error : null;

  function addressFor(next: Query | null, with_: Refinement = carriedOver(refinement)): string {
    return addressOf(next ? view.queryToUrl(next) : new URLSearchParams(), with_);
  }

  function ask(next: Query): void {
    setFilm(null);
    const now = typed.end();
    const wanted = addressFor(next);
    if (now !== address && wanted === now) return;
    if (!inAddress || wanted !== addressFor(inAddress)) go(`${path}?${wanted}`);
    // The same question again means: ask now, something may have changed. But an item that is open closes.
    else if (item === null) void search.refetch();
    else showItem(null);
  }

  function type(next: Query | null): void {
    // As the address will say it, so that both are one question.
    typed.type(next && view.queryFromUrl(view.queryToUrl(next), application));
  }

  function refine(next: Refinement): void {
    typed.end();
    // The steps of one move, as of a slider by the keyboard, are one step to go back.
    const what = NARROWING.filter((one) => next[one] !== narrowed[one]).join();
    const now = performance.now();
    navigate(`${path}?${addressFor(query, next)}`, { replace: what === move.current.what && now - move.current.at < PAUSE });
    move.current = { what, at: now };
  }

  function show(id: string | null, part?: number): void {
    const rest = new URLSearchParams(addressFor(query, narrowed));
    typed.end();
    showItem(id, part, rest);
  }

  const hits = useMemo(() => search.data?.pages.flatMap((page) => page.hits) ?? [], [search.data]);
  const { QueryForm } = view;
  return (
    <div className={styles["search"]} data-form={view.form}>
      <div className={styles["form"]}>
        <div className={styles["scrolled"]}>
          <QueryForm
            application={application}
            collection={collection}
            query={query}
            problem={problem}
            busy={search.isFetching && !search.isFetchingNextPage}
            onSearch={ask}
            onType={type}
            live={live}
            onFilm={setFilm}
          />
        </div>
      </div>
      <Results
        view={view}
        application={application}
        collection={collection}
        query={query}
        whole={whole}
        refinement={narrowed}
        search={search}
        film={film}
        onRefine={refine}
        onSearch={ask}
        onOpen={show}
      />
      {item !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={item}
          at={at}
          items={[...new Map(hits.map((hit) => [hit.item.id, hit.item])).values()]}
          hits={hits}
          more={search.hasNextPage}
          onSearch={ask}
          onOpen={show}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}
