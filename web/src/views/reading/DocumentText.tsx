import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef } from "react";

import type { Item } from "../../api/types";
import { texts } from "../../texts";
import { Button, EmptyState, Skeleton } from "../../ui";
import { AlertIcon } from "../../ui/icons";
import styles from "./DocumentText.module.css";
import { Marked } from "./Marked";
import { type Block, type Piece, blocksOf } from "./blocks";
import type { Marks } from "./marks";
import { languageOf, pathOf, titleOf } from "./titles";
import { useDocument } from "./useDocument";
import { pieceOf, usePlaceKept } from "./usePlaceKept";

const AHEAD = "700px";

interface DocumentTextProps {
  application: string;
  collection: string;
  item: Item;
  /** The number of the passage to begin at, which is marked; null begins at the beginning. */
  at: number | null;
  /** What to mark in passages, by their numbers. */
  marks: ReadonlyMap<number, Marks>;
}

/** The running text of a document, within a dialog, loaded as it is scrolled to from where it is opened. */
export function DocumentText({ application, collection, item, at, marks }: DocumentTextProps) {
  const text = useDocument(application, collection, item.id, at ?? 0);
  const frame = useRef<HTMLDivElement>(null);
  const { passages } = text;
  const blocks = useMemo(() => blocksOf(passages, marks), [passages, marks]);
  const first = passages[0];
  const isThere = passages.some((one) => one.ordinal === at);

  usePlaceKept(frame, text.isPending);
  useLayoutEffect(() => {
    if (isThere && at !== null) pieceOf(frame.current, at)?.scrollIntoView({ block: "start" });
  }, [isThere, at]);

  if (text.error && passages.length === 0) {
    return (
      <EmptyState
        kind="failed"
        icon={<AlertIcon />}
        title={texts.text.unread}
        action={<Button onClick={() => text.refetch()}>{texts.retry}</Button>}
      >
        {text.error.message}
      </EmptyState>
    );
  }
  if (text.isPending) return <Waiting />;
  if (!first) return <p className={styles["empty"]}>{texts.text.empty}</p>;

  const path = first.ordinal > 0 && blocks[0]?.kind !== "heading" ? pathOf(first, titleOf(item)) : [];
  return (
    <div ref={frame} className={styles["document"]} lang={languageOf(item)}>
      {text.hasPreviousPage && (
        <Edge label={texts.text.earlier} error={text.error} busy={text.isFetching} onReach={text.fetchPreviousPage} />
      )}
      {path.length > 0 && <p className={styles["path"]}>{path.join(" › ")}</p>}
      {blocks.map((block) => (
        <div
          key={block.key}
          className={styles["block"]}
          data-level={block.kind === "heading" ? block.level : undefined}
          data-found={block.pieces.every((piece) => piece.ordinal === at) || undefined}
        >
          <SetBlock block={block}>
            {block.pieces.map((piece, n) => (
              <PieceOfPassage key={n} piece={piece} found={piece.ordinal === at} />
            ))}
          </SetBlock>
        </div>
      ))}
      {text.hasNextPage && (
        <Edge label={texts.text.later} error={text.error} busy={text.isFetching} onReach={text.fetchNextPage} />
      )}
    </div>
  );
}

/** A block as it is set. The title of the dialog is a second heading. */
function SetBlock({ block, children }: { block: Block; children: ReactNode }) {
  if (block.kind === "code") {
    return (
      // Wide lines are scrolled to, also by the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <pre className={styles["code"]} tabIndex={0}>
        {children}
      </pre>
    );
  }
  if (block.kind === "heading") {
    const Heading = (["h3", "h4", "h5", "h6"] as const)[block.level] ?? "h6";
    return (
      <Heading className={styles["heading"]} dir="auto">
        {children}
      </Heading>
    );
  }
  return (
    <p className={styles[block.kind]} dir="auto">
      {children}
    </p>
  );
}

function PieceOfPassage({ piece, found }: { piece: Piece; found: boolean }) {
  return (
    <span data-passage={piece.ordinal} data-found={found || undefined} aria-current={found || undefined}>
      {piece.page !== null && <span className={styles["page"]}>{texts.text.page(piece.page)}</span>}
      <Marked text={piece.text} marks={piece.marks} />
    </span>
  );
}

interface EdgeProps {
  label: string;
  error: Error | null;
  busy: boolean;
  onReach: () => unknown;
}

/** Where the loaded text ends: coming near loads more. */
function Edge({ label, error, busy, onReach }: EdgeProps) {
  const edge = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // After a failure the button remains: asking again by itself would only repeat it.
    if (!edge.current || busy || error) return;
    const root = edge.current.closest("dialog");
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((one) => one.isIntersecting)) onReach();
      },
      { root, rootMargin: AHEAD },
    );
    observer.observe(edge.current);
    return () => observer.disconnect();
  }, [busy, error, onReach]);
  return (
    <div ref={edge} className={styles["edge"]}>
      {error && <p role="alert">{error.message}</p>}
      <Button kind="quiet" busy={busy} onClick={() => onReach()}>
        {label}
      </Button>
    </div>
  );
}

function Waiting() {
  return (
    <div className={`${styles["document"] ?? ""} ${styles["waiting"] ?? ""}`} role="status" aria-label={texts.loading}>
      {["100%", "96%", "98%", "60%", "100%", "94%", "72%"].map((width, at) => (
        <Skeleton key={at} width={width} height="1.1rem" />
      ))}
    </div>
  );
}
