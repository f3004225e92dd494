import { useEffect, useRef } from "react";

import { texts } from "../../texts";
import { Button } from "../../ui";

const AHEAD = "800px";

/** The end of a list that goes on: it asks for more when it comes near; the button is for everybody else. */
export function More({ busy, failed, onMore }: { busy: boolean; failed: boolean; onMore: () => void }) {
  const place = useRef<HTMLDivElement>(null);
  const ask = useRef(onMore);
  useEffect(() => {
    ask.current = onMore;
  });
  useEffect(() => {
    // What failed waits for somebody to press the button.
    if (busy || failed || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) ask.current();
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [busy, failed]);
  return (
    <div ref={place}>
      <Button busy={busy} onClick={onMore}>
        {texts.jobs.more}
      </Button>
    </div>
  );
}
