import { useLocation, useSearch as useAddressQuery } from "wouter";

import { Problem } from "../../api/problem";
import { useSearch } from "../../api/queries";
import type { Application, Collection, Query } from "../../api/types";
import { useView } from "../../views/registry";
import { ItemDialog } from "./ItemDialog";
import { Results } from "./Results";
import styles from "./Search.module.css";

// The page's own name in the address, beside those of the query.
const ITEM = "item";

const NOTHING_WRONG: ReadonlyMap<string, string> = new Map();

/** Asking a collection: the application's form, and what the server answers. The address holds the query. */
export function Search({ application, collection }: { application: Application; collection: Collection }) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const params = new URLSearchParams(useAddressQuery());
  const query = view.queryFromUrl(params, application);
  const search = useSearch(application.name, collection.name, query);
  const item = params.get(ITEM);

  function ask(next: Query): void {
    const address = `${path}?${view.queryToUrl(next)}`;
    // The same question again means: ask now, something may have changed.
    if (query && view.queryToUrl(next).toString() === view.queryToUrl(query).toString()) void search.refetch();
    navigate(address);
  }

  function show(id: string | null): void {
    const next = new URLSearchParams(params);
    if (id === null) next.delete(ITEM);
    else next.set(ITEM, id);
    navigate(`${path}?${next}`);
  }

  const { QueryForm } = view;
  return (
    <div className={styles["search"]}>
      <aside className={styles["form"]}>
        <QueryForm
          application={application}
          collection={collection}
          query={query}
          errors={search.error instanceof Problem ? search.error.fields : NOTHING_WRONG}
          busy={search.isFetching && !search.isFetchingNextPage}
          onSearch={ask}
        />
      </aside>
      <Results view={view} application={application} collection={collection} query={query} search={search} onOpen={show} />
      {item !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={item}
          onSearch={ask}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}
