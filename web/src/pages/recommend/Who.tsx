import { useQueries, useQuery } from "@tanstack/react-query";
import { useId, useRef, useState } from "react";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { recommendations } from "../../api/recommendations";
import type { Collection } from "../../api/types";
import { shown, texts } from "../../texts";
import { Button, Field, IconButton, Input, Slider } from "../../ui";
import { CloseIcon, PlusIcon } from "../../ui/icons";
import { useSettled } from "../map/useSettled";
import styles from "./Who.module.css";
import { useFocusKept } from "./useFocusKept";
import { WEIGHTS, type Wishes } from "./wishes";

const PAUSE = 200;
const USERS = 8;
const TITLES = 6;
const EVENTS = 8;

interface Props {
  collection: Collection;
  wishes: Wishes;
  onChange: (wishes: Wishes) => void;
  onOpen: (id: string) => void;
}

/** Chooses who is recommended to: a user, or somebody who likes some titles; and how various it shall be. */
export function Who({ collection, wishes, onChange, onOpen }: Props) {
  const { user, liked, diversity } = wishes;
  return (
    <div className={styles["who"]}>
      <User collection={collection} user={user} onChange={(next) => onChange({ ...wishes, user: next })} />
      {user !== null && (
        <History collection={collection} user={user} isAlone={liked.length === 0} onOpen={onOpen} />
      )}
      <Titles
        collection={collection}
        liked={liked}
        help={user === null ? texts.recommend.titlesHelp : texts.recommend.titlesHelpUser}
        onChange={(next) => onChange({ ...wishes, liked: next })}
      />
      <Field label={texts.recommend.diversity} hint={texts.recommend.diversityHelp}>
        <Slider
          min={0}
          max={1}
          step={0.1}
          value={diversity}
          onChange={(event) => onChange({ ...wishes, diversity: event.currentTarget.valueAsNumber })}
        />
      </Field>
    </div>
  );
}

function User({ collection, user, onChange }: { collection: Collection; user: string | null; onChange: (user: string | null) => void }) {
  const [written, setWritten] = useState<string | null>(null);
  const beginning = useSettled(written ?? "", PAUSE);
  const list = useId();
  const form = useRef<HTMLFormElement>(null);
  const keepFocus = useFocusKept(form, "button");
  const { data } = useQuery({
    queryKey: [...keys.collection(collection.application, collection.name), "users", beginning],
    queryFn: ({ signal }) => recommendations.users(collection, beginning, USERS, signal),
  });
  const users = data?.users ?? [];

  function choose(next: string | null): void {
    setWritten(null);
    onChange(next);
  }

  return (
    <form
      ref={form}
      className={styles["user"]}
      onSubmit={(event) => {
        event.preventDefault();
        if (written?.trim()) choose(written.trim());
      }}
    >
      <Field label={texts.recommend.user}>
        <Input
          list={list}
          value={written ?? user ?? ""}
          placeholder={texts.recommend.userExample}
          onChange={(event) => {
            const next = event.currentTarget.value;
            setWritten(next);
            if (users.some((one) => one.user === next)) choose(next);
            else if (!next) choose(null);
          }}
        />
      </Field>
      <datalist id={list}>
        {users.map((one) => (
          <option key={one.user} value={one.user}>
            {texts.recommend.events(one.events)}
          </option>
        ))}
      </datalist>
      {user === null && users.length > 0 && (
        <div className={styles["chips"]} role="group" aria-label={texts.recommend.users}>
          {users.map((one) => (
            <Button
              key={one.user}
              kind="secondary"
              onClick={(event) => {
                keepFocus(event.currentTarget);
                choose(one.user);
              }}
            >
              {one.user}
            </Button>
          ))}
        </div>
      )}
      {user !== null && (
        <Button
          kind="quiet"
          onClick={(event) => {
            keepFocus(event.currentTarget);
            choose(null);
          }}
        >
          {texts.recommend.nobody}
        </Button>
      )}
    </form>
  );
}

interface HistoryProps {
  collection: Collection;
  user: string;
  /** Whether the recommendations are for the user alone; then they say themselves that nothing is known. */
  isAlone: boolean;
  onOpen: (id: string) => void;
}

function History({ collection, user, isAlone, onOpen }: HistoryProps) {
  const { data } = useQuery({
    queryKey: historyKey(collection, user),
    queryFn: ({ signal }) => recommendations.history(collection, user, EVENTS, signal),
  });
  if (!data) return null;
  if (data.total === 0) return isAlone ? null : <p className={styles["nothing"]}>{texts.recommend.unknown(user)}</p>;
  return (
    <section className={styles["history"]} aria-label={texts.recommend.history(data.total)}>
      <h3>{texts.recommend.history(data.total)}</h3>
      <ul>
        {data.events.map((one) => (
          <li key={one.item_id}>
            {one.name === null ? (
              <span className={styles["gone"]}>{texts.recommend.notHere}</span>
            ) : (
              <button type="button" onClick={() => onOpen(one.item_id)}>
                {one.name}
              </button>
            )}
            <span className="figures">{shown(one.value)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function historyKey(collection: Collection, user: string) {
  return [...keys.collection(collection.application, collection.name), "recommended", "history", user] as const;
}

interface TitlesProps {
  collection: Collection;
  liked: Wishes["liked"];
  help: string;
  onChange: (liked: Wishes["liked"]) => void;
}

function Titles({ collection, liked, help, onChange }: TitlesProps) {
  const { application, name } = collection;
  const [written, setWritten] = useState("");
  const section = useRef<HTMLElement>(null);
  const box = useRef<HTMLInputElement>(null);
  const keepFocus = useFocusKept(section, "input[type=search], li > [data-remove]");
  const text = useSettled(written.trim(), PAUSE);
  const found = useQuery({
    queryKey: keys.search(application, name, { text, limit: TITLES }),
    queryFn: ({ signal }) => collections.search(application, name, { text, limit: TITLES }, signal),
    enabled: text !== "",
  });
  const items = useQueries({
    queries: liked.map(({ id }) => ({
      queryKey: keys.item(application, name, id),
      queryFn: ({ signal }: { signal: AbortSignal }) => collections.item(application, name, id, signal),
    })),
  });
  const hits = written.trim() === "" ? [] : (found.data?.hits ?? []).filter((hit) => liked.every((one) => one.id !== hit.item.id));

  function add(id: string): void {
    setWritten("");
    box.current?.focus();
    onChange([...liked, { id, weight: 1 }]);
  }

  return (
    <section ref={section} className={styles["titles"]} aria-label={texts.recommend.titles}>
      <Field label={texts.recommend.titles} hint={help}>
        <Input
          ref={box}
          type="search"
          value={written}
          placeholder={texts.recommend.titlesExample}
          onChange={(event) => setWritten(event.currentTarget.value)}
        />
      </Field>
      {hits.length > 0 && (
        <ul className={styles["found"]} aria-label={texts.recommend.found}>
          {hits.map(({ item }) => (
            <li key={item.id}>
              <Button kind="quiet" flush onClick={() => add(item.id)}>
                <PlusIcon />
                {item.name}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {liked.length > 0 && (
        <ul className={styles["liked"]}>
          {liked.map(({ id, weight }, place) => {
            const title = items[place]?.data?.name ?? "…";
            return (
              <li key={id}>
                <span>{title}</span>
                <IconButton
                  data-remove
                  label={texts.recommend.remove(title)}
                  onClick={(event) => {
                    keepFocus(event.currentTarget);
                    onChange(liked.filter((one) => one.id !== id));
                  }}
                >
                  <CloseIcon size={14} />
                </IconButton>
                <Slider
                  aria-label={texts.recommend.weight(title)}
                  aria-valuetext={texts.recommend.weighs(weight)}
                  min={WEIGHTS.least}
                  max={WEIGHTS.most}
                  step={WEIGHTS.step}
                  value={weight}
                  onChange={(event) => {
                    const next = event.currentTarget.valueAsNumber;
                    onChange(liked.map((one) => (one.id === id ? { id, weight: next } : one)));
                  }}
                />
                <span className={`${styles["weight"] ?? ""} figures`}>{texts.recommend.weighs(weight)}</span>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
