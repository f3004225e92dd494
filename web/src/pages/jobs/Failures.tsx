import { useFailures } from "../../api/jobs";
import { reason } from "../../api/problem";
import type { Job } from "../../api/types";
import { texts } from "../../texts";
import { Button, Skeleton } from "../../ui";
import styles from "./Failures.module.css";

/** What of a job failed, and why. */
export function Failures({ job }: { job: Job }) {
  const found = useFailures(job.id, job.failed);
  const failures = found.data?.pages.flatMap((page) => page.failures) ?? [];
  return (
    <div className={styles["failures"]}>
      {found.isPending && <Skeleton height="2.75rem" />}
      {found.error && <p role="alert">{reason(found.error)}</p>}
      <ul>
        {failures.map((failure) => (
          <li key={failure.entry} className={styles["failure"]}>
            <span className={styles["name"]}>{failure.name}</span>
            <span className={styles["reason"]}>{failure.reason}</span>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <Button kind="quiet" flush busy={found.isFetchingNextPage} onClick={() => found.fetchNextPage()}>
          {texts.jobs.moreFailures}
        </Button>
      )}
    </div>
  );
}
