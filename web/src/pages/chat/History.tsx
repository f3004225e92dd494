import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useState } from "react";

import { conversations } from "../../api/conversations";
import { reason } from "../../api/problem";
import { keys } from "../../api/queries";
import type { Collection, Conversation } from "../../api/types";
import { moment, texts } from "../../texts";
import { Button, Dialog, DialogActions, Field, Input, Menu, Skeleton } from "../../ui";
import { MoreIcon, PlusIcon } from "../../ui/icons";
import styles from "./History.module.css";

interface HistoryProps {
  collection: Collection;
  current: string | null;
  /** Show one; null begins a new one. */
  onOpen: (id: string | null) => void;
}

/** The conversations of who asks, those spoken in last first. */
export function History({ collection, current, onOpen }: HistoryProps) {
  const { application, name } = collection;
  const [changing, setChanging] = useState<{ one: Conversation; how: "renaming" | "removing" } | null>(null);
  const found = useInfiniteQuery({
    queryKey: keys.conversations(application, name),
    queryFn: ({ signal, pageParam }) => conversations.page(application, name, pageParam, signal),
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next_cursor,
  });
  const all = found.data?.pages.flatMap((page) => page.conversations);
  return (
    <div className={styles["history"]}>
      <Button aria-current={current === null ? "page" : undefined} onClick={() => onOpen(null)}>
        <PlusIcon />
        {texts.chat.fresh}
      </Button>
      {found.isPending && <Skeleton height="6rem" />}
      {found.error && !all && <p role="alert">{reason(found.error)}</p>}
      {all?.length === 0 && <p className={styles["none"]}>{texts.chat.none}</p>}
      <ul className={styles["list"]}>
        {all?.map((one) => (
          <li key={one.id} data-current={one.id === current || undefined}>
            <button type="button" aria-current={one.id === current ? "page" : undefined} onClick={() => onOpen(one.id)}>
              <span className={styles["title"]}>{one.title || texts.chat.untitled}</span>
              <span className={`${styles["when"] ?? ""} figures`}>{moment(one.updated_at)}</span>
            </button>
            <Menu
              label={texts.chat.actions(one.title)}
              icon={<MoreIcon />}
              items={[
                { key: "rename", label: texts.chat.rename, onChoose: () => setChanging({ one, how: "renaming" }) },
                { key: "remove", label: texts.chat.remove, onChoose: () => setChanging({ one, how: "removing" }) },
              ]}
            />
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button kind="quiet" busy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
          {texts.more}
        </Button>
      )}
      {changing?.how === "renaming" && (
        <Renaming collection={collection} conversation={changing.one} onClose={() => setChanging(null)} />
      )}
      {changing?.how === "removing" && (
        <Removing
          collection={collection}
          conversation={changing.one}
          onClose={() => setChanging(null)}
          onRemoved={() => {
            if (changing.one.id === current) onOpen(null);
          }}
        />
      )}
    </div>
  );
}

interface ChangeProps {
  collection: Collection;
  conversation: Conversation;
  onClose: () => void;
}

function Renaming({ collection, conversation, onClose }: ChangeProps) {
  const cache = useQueryClient();
  const [title, setTitle] = useState(conversation.title);
  const renaming = useMutation({
    mutationFn: () => conversations.rename(conversation.id, title.trim()),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: keys.conversations(collection.application, collection.name) });
      onClose();
    },
  });

  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    if (title.trim()) renaming.mutate();
  }

  return (
    <Dialog title={texts.chat.renameTitle} onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <Field label={texts.chat.name} error={renaming.error ? reason(renaming.error) : undefined}>
          <Input value={title} maxLength={200} onChange={(event) => setTitle(event.target.value)} />
        </Field>
        <DialogActions>
          <Button onClick={onClose}>{texts.cancel}</Button>
          <Button type="submit" kind="primary" busy={renaming.isPending} disabled={!title.trim()}>
            {texts.chat.save}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function Removing({ collection, conversation, onClose, onRemoved }: ChangeProps & { onRemoved: () => void }) {
  const cache = useQueryClient();
  const removing = useMutation({
    mutationFn: () => conversations.remove(conversation.id),
    onSuccess: async () => {
      onRemoved();
      cache.removeQueries({ queryKey: keys.messages(conversation.id) });
      await cache.invalidateQueries({ queryKey: keys.conversations(collection.application, collection.name) });
      onClose();
    },
  });
  return (
    <Dialog title={texts.chat.removeTitle(conversation.title)} onClose={onClose}>
      <p>{texts.chat.removeHelp}</p>
      {removing.error && <p role="alert">{reason(removing.error)}</p>}
      <DialogActions>
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button kind="danger" busy={removing.isPending} onClick={() => removing.mutate()}>
          {texts.chat.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
