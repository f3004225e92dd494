import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";

import { Problem, reason } from "../../../api/problem";
import { keys } from "../../../api/queries";
import type { Item, Query } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, EmptyState, Failed, Skeleton } from "../../../ui";
import { SearchIcon } from "../../../ui/icons";
import { useView } from "../../../views/registry";
import { ItemDialog } from "../ItemDialog";
import { AddButtons } from "../adding/AddButtons";
import { EmptyCollection } from "../adding/EmptyCollection";
import { useAdding } from "../adding/useAdding";
import { usePasting } from "../adding/usePasting";
import { type PartProps, searchAddress } from "../parts";
import { useOpenItem } from "../useOpenItem";
import { DeleteDialog } from "./DeleteDialog";
import { type Grid, ItemGrid } from "./ItemGrid";
import styles from "./ItemsPart.module.css";
import { MetadataDialog } from "./MetadataDialog";
import { StatusBar } from "./StatusBar";
import { Toolbar } from "./Toolbar";
import { everything, extended, nothing, toggled, without } from "./selection";
import { useItems } from "./useItems";
import { type Wanted, paramsOf, wantedOf } from "./wanted";

interface Doing {
  what: "editing" | "deleting";
  items: readonly Item[];
}

// As many as about fill a window.
const AWAITED = 24;

/** All items of a collection: listed, filtered, selected, changed and deleted. */
export default function ItemsPart({ application, collection }: PartProps) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const { id: open, params, show, go } = useOpenItem();
  const wanted = wantedOf(params);
  const found = useItems(collection, wanted);
  const add = useAdding(collection);
  usePasting(add);
  const cache = useQueryClient();
  const [selection, setSelection] = useState(nothing);
  const [doing, setDoing] = useState<Doing | null>(null);
  const grid = useRef<Grid>(null);

  const { items, total } = found;
  const focusBackAt = useFocusBack(grid, open, doing !== null);

  function list(next: Wanted): void {
    const query = paramsOf(next).toString();
    navigate(query ? `${path}?${query}` : path);
  }

  function begin(what: Doing["what"], chosen: readonly Item[]): void {
    if (chosen.length) setDoing({ what, items: chosen });
  }

  function doAlone(id: string, what: Doing["what"]): void {
    // The address may name an item that is not among those listed so far.
    const item =
      items.find((one) => one.id === id) ??
      cache.getQueryData<Item>(keys.item(application.name, collection.name, id));
    show(null);
    if (item) begin(what, [item]);
  }

  function chosenItems(): Item[] {
    return items.filter((item) => selection.ids.has(item.id));
  }

  const problem = found.error instanceof Problem ? found.error : null;

  return (
    <div className={styles["part"]}>
      {(collection.items > 0 || items.length > 0) && (
        <div className={styles["tools"]}>
          <Toolbar collection={collection} wanted={wanted} wrong={problem?.fields} onChange={list} />
          <AddButtons onChoose={add} />
        </div>
      )}
      {content()}
      {doing?.what === "editing" && (
        <MetadataDialog collection={collection} items={doing.items} onClose={() => setDoing(null)} />
      )}
      {doing?.what === "deleting" && (
        <DeleteDialog
          collection={collection}
          items={doing.items}
          onGone={(gone) => {
            setSelection((now) => without(now, gone));
            focusBackAt(neighbour(items, gone));
          }}
          onClose={() => setDoing(null)}
        />
      )}
      {open !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={open}
          items={items}
          more={found.hasNextPage}
          onOpen={show}
          actions={
            <>
              <Button onClick={() => doAlone(open, "editing")}>{texts.items.edit}</Button>
              <Button kind="danger" onClick={() => doAlone(open, "deleting")}>
                {texts.items.remove}
              </Button>
            </>
          }
          onSearch={(query: Query) => go(`${searchAddress(application, collection.name)}?${view.queryToUrl(query)}`)}
          onClose={() => show(null)}
        />
      )}
    </div>
  );

  function content(): ReactNode {
    if (found.isPending) {
      return (
        <div className={styles["waiting"]} role="status" aria-label={texts.loading}>
          {Array.from({ length: Math.min(collection.items, AWAITED) }, (_, at) => (
            <Skeleton key={at} height="10.5rem" />
          ))}
        </div>
      );
    }
    if (problem?.fields.has("filter") || problem?.fields.has("order")) {
      return (
        <EmptyState icon={<SearchIcon />} title={texts.items.refused}>
          {texts.items.refusedHelp}
        </EmptyState>
      );
    }
    if (found.error && !found.isFetchNextPageError) {
      return (
        <Failed title={texts.items.failed} onRetry={() => found.refetch()}>
          {reason(found.error)}
        </Failed>
      );
    }
    if (items.length === 0 && !wanted.filter) {
      return <EmptyCollection application={application} collection={collection} />;
    }
    if (items.length === 0) {
      return (
        <EmptyState
          icon={<SearchIcon />}
          title={texts.items.none}
          action={<Button onClick={() => list({ ...wanted, filter: "" })}>{texts.items.clear}</Button>}
        >
          {texts.items.noneHelp}
        </EmptyState>
      );
    }
    const ids = items.map((item) => item.id);
    return (
      <>
        <StatusBar
          // Both lines tell the same: a long list does not grow under the eyes of who reads it.
          total={wanted.filter ? total : collection.items}
          selected={selection.ids.size}
          onAll={() => setSelection(everything(ids))}
          onNone={() => setSelection(nothing)}
          onEdit={() => begin("editing", chosenItems())}
          onDelete={() => begin("deleting", chosenItems())}
        />
        <ItemGrid
          ref={grid}
          view={view}
          collection={collection}
          items={items}
          total={total}
          selected={selection.ids}
          hasMore={found.hasNextPage}
          onMore={found.more}
          onOpen={show}
          onSelect={(id, from) =>
            setSelection((now) => (from === undefined ? toggled(now, id) : extended(now, id, ids, from)))
          }
          onSelectAll={() => setSelection(everything(ids))}
          onSelectNone={() => setSelection(nothing)}
          onDelete={(id) => begin("deleting", selection.ids.size ? chosenItems() : items.filter((one) => one.id === id))}
        />
        <footer className={styles["foot"]}>
          {found.isFetchingNextPage && <p role="status">{texts.items.more}</p>}
          {found.isFetchNextPageError && (
            <>
              <p role="alert">{reason(found.error)}</p>
              <Button onClick={() => found.fetchNextPage()}>{texts.retry}</Button>
            </>
          )}
        </footer>
      </>
    );
  }
}

/**
 * After a dialog, the keyboard goes to the item that was looked at, or where it would be lost. The answer says to which
 * item instead.
 */
function useFocusBack(
  grid: { current: Grid | null },
  open: string | null,
  doing: boolean,
): (id: string | undefined) => void {
  const last = useRef<string | null>(null);
  const busy = useRef(false);
  useEffect(() => {
    last.current = open ?? last.current;
    if (open !== null || doing) {
      busy.current = true;
    } else if (busy.current) {
      busy.current = false;
      if (last.current !== null || document.activeElement === document.body) grid.current?.focus(last.current ?? undefined);
      last.current = null;
    }
  }, [grid, open, doing]);
  return (id) => {
    last.current = id ?? null;
  };
}

/** What stays behind the first of those that go; before it, if nothing does. */
function neighbour(items: readonly Item[], gone: readonly string[]): string | undefined {
  const going = new Set(gone);
  const first = items.findIndex((item) => going.has(item.id));
  const stay = (item: Item): boolean => !going.has(item.id);
  return (items.slice(first).find(stay) ?? items.slice(0, first).findLast(stay))?.id;
}
