import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useRef } from "react";
import { useLocation } from "wouter";

import { Problem, mayPass, reason } from "../../api/problem";
import { keys } from "../../api/queries";
import { type Recommendations, type Recommended, recommendations } from "../../api/recommendations";
import { texts } from "../../texts";
import { EmptyState, Failed, Skeleton, useToast } from "../../ui";
import { HeartIcon } from "../../ui/icons";
import { useView } from "../../views/registry";
import { ItemDialog } from "../collection/ItemDialog";
import { EmptyCollection } from "../collection/adding/EmptyCollection";
import { type PartProps, searchAddress } from "../collection/parts";
import { useOpenItem } from "../collection/useOpenItem";
import { useSettled } from "../map/useSettled";
import styles from "./RecommendPart.module.css";
import { Shelf } from "./Shelf";
import { Who } from "./Who";
import { shelve } from "./shelves";
import { useFocusKept } from "./useFocusKept";
import { type Wishes, fromAddress, toAddress } from "./wishes";

const FIRST = 12;
const ALL = 60;
const PAUSE = 120;
/** What a click on a heart is worth: the best of five stars. */
const STARS = 5;

/** Shelves of recommendations, for a user or for who likes some titles. The address says for whom. */
export default function RecommendPart({ application, collection }: PartProps) {
  const view = useView(application.name);
  const [path, navigate] = useLocation();
  const { id: item, at, params, show, go } = useOpenItem();
  const cache = useQueryClient();
  const toast = useToast();
  const place = useRef<HTMLDivElement>(null);
  const keepFocus = useFocusKept(place, "[data-like]");
  const wishes = fromAddress(params);
  const { user, liked } = wishes;
  // Sliders move fast; what they ask for is asked when they rest.
  const settled = useSettled(params.toString(), PAUSE);
  const prefix = [...keys.collection(collection.application, collection.name), "recommended"];
  const found = useQuery({
    queryKey: [...prefix, settled],
    queryFn: async ({ signal }) => {
      const asked = fromAddress(new URLSearchParams(settled));
      const wish = {
        ...(asked.user !== null && { user: asked.user }),
        liked: asked.liked.map(({ id, weight }) => ({ item: id, weight })),
        limit: ALL,
        diversity: asked.diversity,
      };
      // With whom it is for: while another answer is awaited, this one still stands there.
      return { asked, ...(await recommendations.recommend(collection, wish, signal)) };
    },
    placeholderData: keepPreviousData,
    enabled: collection.items > 0,
    retry: false,
  });

  if (collection.items === 0) return <EmptyCollection application={application} collection={collection} />;

  function change(next: Wishes): void {
    const address = toAddress(next).toString();
    // One step to go back for each change of who it is, not for every move of a slider.
    const isSame = next.user === user && next.liked.length === liked.length;
    navigate(address ? `${path}?${address}` : path, { replace: isSame });
  }

  async function like(one: Recommended): Promise<void> {
    if (user === null) {
      change({ ...wishes, liked: [...liked.filter((other) => other.id !== one.item_id), { id: one.item_id, weight: 1 }] });
      return;
    }
    try {
      await recommendations.like(collection, user, one.item_id, STARS);
      toast("done", texts.recommend.noted(one.name, user));
      await cache.invalidateQueries({ queryKey: prefix });
    } catch (error) {
      toast("failed", reason(error));
    }
  }

  const { data } = found;
  const shelves = shelve(data?.recommendations ?? [], FIRST).filter(({ items }) => items.length > 0);
  const isNothingLearned = found.error instanceof Problem && found.error.status === 409;
  const stale = found.isPlaceholderData && found.isFetching;
  return (
    <div className={styles["part"]}>
      <aside className={styles["aside"]} aria-label={texts.recommend.who}>
        <div className={styles["scrolled"]}>
          <Who collection={collection} wishes={wishes} onChange={change} onOpen={show} />
        </div>
      </aside>
      <div
        ref={place}
        tabIndex={-1}
        className={styles["shelves"]}
        aria-busy={found.isFetching}
        data-stale={stale || undefined}
      >
        {isNothingLearned && !data && (
          <EmptyState icon={<HeartIcon size={28} />} title={texts.recommend.nothingLearned}>
            {texts.recommend.nothingLearnedHelp}
          </EmptyState>
        )}
        {found.isError && !isNothingLearned && (
          <Failed title={reason(found.error)} onRetry={mayPass(found.error) ? () => found.refetch() : undefined} />
        )}
        {found.isPending && (
          <div role="status" aria-label={texts.loading}>
            <Skeleton height="18rem" />
          </div>
        )}
        {!found.isError && data && (
          <>
            {noteOf(data, data.asked)}
            {shelves.map(({ reason: why, items }) => (
              <Shelf
                collection={collection}
                key={why?.id ?? ""}
                title={why ? texts.recommend.becauseTitle(why.name) : titleOf(data, data.asked)}
                items={items}
                reason={why?.id ?? null}
                onOpen={show}
                onLike={(one, heart) => {
                  keepFocus(heart);
                  void like(one);
                }}
              />
            ))}
            <p className={`${styles["took"] ?? ""} figures`} role="status">
              {texts.recommend.took(
                shelves.reduce((sum, { items }) => sum + items.length, 0),
                data.events,
                data.took.total_ms,
              )}
            </p>
          </>
        )}
      </div>
      {item !== null && (
        <ItemDialog
          view={view}
          application={application}
          collection={collection}
          id={item}
          at={at}
          items={[]}
          onSearch={(query) => go(`${searchAddress(application, collection.name)}?${view.queryToUrl(query)}`)}
          onOpen={show}
          onClose={() => show(null)}
        />
      )}
    </div>
  );
}

/** What the first shelf is. */
function titleOf({ basis }: Recommendations, { user }: Wishes): string {
  if (basis === "everybody") return texts.recommend.forEverybody;
  return user === null ? texts.recommend.forLiked : texts.recommend.forUser(user);
}

/** What must be known of recommendations that are not what was asked for. */
function noteOf({ basis, events }: Recommendations, { user }: Wishes): ReactNode {
  if (basis === "content") return <p className={styles["note"]}>{texts.recommend.byContent}</p>;
  if (user === null || events > 0) return null;
  return (
    <p className={styles["note"]} role="status">
      {texts.recommend.stranger(user)}
    </p>
  );
}
