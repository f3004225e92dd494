import { type ReactNode, useEffect, useMemo } from "react";

import { reason } from "../../api/problem";
import { useItem } from "../../api/queries";
import type { Application, Collection, Hit, Item, Query } from "../../api/types";
import { texts } from "../../texts";
import { Dialog, Failed, IconButton, Skeleton } from "../../ui";
import { BackIcon, ChevronIcon } from "../../ui/icons";
import type { AnyView } from "../../views/view";
import styles from "./ItemDialog.module.css";

interface ItemDialogProps {
  view: AnyView;
  application: Application;
  collection: Collection;
  id: string;
  /** The number of the part of it to begin at. */
  at?: number | null;
  /** Among which it was found: arrows lead through them. */
  items: readonly Item[];
  /** Whether there are more than these. */
  more?: boolean;
  /** What the query found, of it and of others. */
  hits?: readonly Hit[];
  /** What else can be done with it, beside what its view offers. */
  actions?: ReactNode;
  onSearch: (query: Query) => void;
  onOpen: (id: string, at?: number) => void;
  onClose: () => void;
}

/** One item in detail, as its application shows it. */
export function ItemDialog(props: ItemDialogProps) {
  const { view, application, collection, id, at = null, items, more = false, hits = [], actions, onSearch, onOpen, onClose } = props;
  const { data, error } = useItem(application.name, collection.name, id);
  const place = items.findIndex((one) => one.id === id);
  // The list has all of it already, so that going through them does not flicker.
  const item = data ?? items[place];
  const before = place > 0 ? items[place - 1]?.id : undefined;
  const after = place >= 0 ? items[place + 1]?.id : undefined;
  const { ItemView, nameOf = named } = view;
  const ofItem = useMemo(() => hits.filter((hit) => hit.item.id === id), [hits, id]);

  useEffect(() => {
    function move(event: KeyboardEvent): void {
      // Where arrows mean something else already, such as in a slider, they are not for us.
      const inControl = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.defaultPrevented || inControl || event.altKey || event.ctrlKey || event.metaKey) return;
      const next = { ArrowLeft: before, ArrowRight: after }[event.key];
      if (next) onOpen(next);
    }
    addEventListener("keydown", move);
    return () => removeEventListener("keydown", move);
  });

  const words = hits.length ? texts.search : texts.items;
  const among = place >= 0 && items.length > 1 && (
    <nav className={styles["among"]} aria-label={hits.length ? texts.search.results : texts.items.grid}>
      <IconButton label={words.previous} disabled={!before} onClick={() => before && onOpen(before)}>
        <BackIcon />
      </IconButton>
      <span className="figures">
        {words.among(place + 1, items.length, more)}
      </span>
      <IconButton label={words.next} disabled={!after} onClick={() => after && onOpen(after)}>
        <ChevronIcon />
      </IconButton>
    </nav>
  );

  return (
    <Dialog
      title={item ? nameOf(item) : texts.item.title}
      size="wide"
      tools={among}
      onClose={onClose}
    >
      {item && (
        <ItemView
          key={id}
          application={application}
          collection={collection}
          item={item}
          at={at}
          hits={ofItem}
          onSearch={onSearch}
          onOpen={onOpen}
          actions={actions}
        />
      )}
      {error && !item && (
        <Failed title={texts.item.gone}>
          {reason(error)}
        </Failed>
      )}
      {!item && !error && <Skeleton height="20rem" />}
    </Dialog>
  );
}

function named({ name, key }: Item): string {
  return name || key || texts.item.title;
}
