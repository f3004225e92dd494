import { type ReactNode, useEffect, useRef } from "react";

import { texts } from "../texts";
import { Button } from "./Button";
import styles from "./More.module.css";

const AHEAD = "800px";

/** What a list that goes on tells of itself, as react-query's endless ones do. */
interface Endless {
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  error: Error | null;
  fetchNextPage: (options?: { cancelRefetch: boolean }) => unknown;
}

/**
 * The foot of a list that goes on: it asks for more when it comes near; the button is for everybody else. `end` is what
 * to say when this is all.
 */
export function More({ list, end }: { list: Endless; end: ReactNode }) {
  const foot = useRef<HTMLElement>(null);
  const { hasNextPage, isFetching, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = list;
  useEffect(() => {
    // After a failure the button remains: asking again by itself would only repeat it.
    if (!foot.current || !hasNextPage || isFetching || isFetchNextPageError) return;
    const observer = new IntersectionObserver(
      (entries) => {
        // Else a page that is on its way would be asked for anew.
        if (entries.some((one) => one.isIntersecting)) fetchNextPage({ cancelRefetch: false });
      },
      { rootMargin: AHEAD },
    );
    observer.observe(foot.current);
    return () => observer.disconnect();
  }, [hasNextPage, isFetching, isFetchNextPageError, fetchNextPage]);
  return (
    <footer ref={foot} className={styles["more"]}>
      {isFetchNextPageError && <p role="alert">{error?.message}</p>}
      {hasNextPage ? (
        <Button busy={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {texts.more}
        </Button>
      ) : (
        <p>{end}</p>
      )}
    </footer>
  );
}
