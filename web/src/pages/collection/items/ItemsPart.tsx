import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { useLocation } from "wouter";
import { useSearch as useAddressQuery } from "wouter/use-browser-location";

import { Problem, reason } from "../../../api/problem";
import { keys } from "../../../api/queries";
import type { Item, Query } from "../../../api/types";
import { texts } from "../../../texts";
import { Button, EmptyState, Skeleton } from "../../../ui";
import { AlertIcon, PlusIcon } from "../../../ui/icons";
import { useView } from "../../../views/registry";
import { ItemDialog } from "../ItemDialog";
import { AddButtons } from "../adding/AddButtons";
import { useAdding } from "../adding/useAdding";
import { usePasting } from "../adding/usePasting";
import type { PartProps } from "../parts";
import { DeleteDialog } from "./DeleteDialog";
import { ItemGrid } from "./ItemGrid";
import styles from "./ItemsPart.module.css";
import { MetadataDialog } from "./MetadataDialog";
import { Toolbar } from "./Toolbar";
import { extended, nothing, toggled, without } from "./selection";
import { useItems } from "./useItems";
import { paramsOf, wantedOf } from "./wanted";

const ITEM = "item";

interface Doing {
  what: "editing" | "deleting";
  items: readonly Item[];
}

/** All items of a collection: listed, filtered, selected, changed and deleted. */
export default function ItemsPart({ application, collection }: PartProps) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const params = new URLSearchParams(useAddressQuery());
  const wanted = wantedOf(params);
  const found = useItems(application.name, collection.name, wanted);
  const add = useAdding(collection);
  usePasting(add);
  const cache = useQueryClient();
  const [selection, setSelection] = useState(nothing);
  const [doing, setDoing] = useState<Doing | null>(null);

  const items = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const ids = useMemo(() => items.map((item) => item.id), [items]);
  const chosen = items.filter((item) => selection.ids.has(item.id));
  const open = params.get(ITEM);

  function show(id: string | null): void {
    const next = paramsOf(wanted);
    if (id !== null) next.set(ITEM, id);
    const query = next.toString();
    navigate(query ? `${path}?${query}` : path);
  }

  function doAlone(id: string, what: Doing["what"]): void {
    // The address may name an item that is not among those listed so far.
    const item =
      items.find((one) => one.id === id) ??
      cache.getQueryData<Item>(keys.item(application.name, collection.name, id));
    show(null);
    if (item) setDoing({ what, items: [item] });
  }

  const { fetchNextPage, isFetching } = found;
  const more = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);

  const problem = found.error instanceof Problem ? found.error : null;
  const wrong = problem?.status === 422 ? problem.message : undefined;
  const total = found.data?.pages[0]?.total ?? 0;

  return (
    <div className={styles["part"]}>
      <div className={styles["tools"]}>
        <Toolbar
          collection={collection}
          wanted={wanted}
          wrong={wrong}
          onChange={(next) => {
            const query = paramsOf(next).toString();
            navigate(query ? `${path}?${query}` : path);
          }}
        />
        <AddButtons onChoose={add} />
      </div>
      {found.error && !wrong && (
        <EmptyState
          kind="failed"
          icon={<AlertIcon />}
          title={texts.items.failed}
          action={<Button onClick={() => found.refetch()}>{texts.retry}</Button>}
        >
          {reason(found.error)}
        </EmptyState>
      )}
      {found.isPending && <Skeleton height="60vh" />}
      {found.isSuccess && items.length === 0 && !wanted.filter && (
        <EmptyState icon={<PlusIcon />} title={texts.items.empty} action={<AddButtons primary onChoose={add} />}>
          {application.accepts.length ? texts.items.emptyHelp : texts.items.emptyRecords}
        </EmptyState>
      )}
      {found.isSuccess && items.length === 0 && wanted.filter && (
        <EmptyState icon={<AlertIcon />} title={texts.items.none}>
          {texts.items.noneHelp}
        </EmptyState>
      )}
      {items.length > 0 && (
        <>
          <div className={styles["status"]}>
            <p className="figures" role="status">
              {chosen.length ? texts.items.selected(chosen.length) : texts.items.total(total)}
            </p>
            {chosen.length > 0 ? (
              <div className={styles["actions"]}>
                <Button kind="quiet" onClick={() => setSelection(nothing)}>
                  {texts.items.noneSelected}
                </Button>
                <Button onClick={() => setDoing({ what: "editing", items: chosen })}>{texts.items.edit}</Button>
                <Button kind="danger" onClick={() => setDoing({ what: "deleting", items: chosen })}>
                  {texts.items.remove}
                </Button>
              </div>
            ) : (
              <Button kind="quiet" onClick={() => setSelection({ ids: new Set(ids), anchor: null })}>
                {texts.items.all}
              </Button>
            )}
          </div>
          <ItemGrid
            items={items}
            selection={selection}
            hasMore={found.hasNextPage}
            onMore={more}
            onOpen={show}
            onSelect={(id, range) => setSelection((now) => (range ? extended(now, id, ids) : toggled(now, id)))}
          />
          {found.isFetchingNextPage && <p role="status">{texts.items.more}</p>}
        </>
      )}
      {doing?.what === "editing" && (
        <MetadataDialog collection={collection} items={doing.items} onClose={() => setDoing(null)} />
      )}
      {doing?.what === "deleting" && (
        <DeleteDialog
          collection={collection}
          ids={doing.items.map((item) => item.id)}
          onDone={(gone) => {
            setDoing(null);
            setSelection((now) => without(now, gone));
          }}
        />
      )}
      {open !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={open}
          items={items}
          onOpen={show}
          actions={
            <>
              <Button onClick={() => doAlone(open, "editing")}>{texts.items.edit}</Button>
              <Button kind="danger" onClick={() => doAlone(open, "deleting")}>
                {texts.items.remove}
              </Button>
            </>
          }
          onSearch={(query: Query) =>
            navigate(`/apps/${application.name}/${collection.name}?${view.queryToUrl(query)}`)
          }
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}
