import { useApplications } from "../../api/queries";
import { reason } from "../../api/problem";
import { texts } from "../../texts";
import { EmptyState, Failed, Skeleton } from "../../ui";
import { SearchIcon } from "../../ui/icons";
import { usePageTitle } from "../title";
import { ApplicationCard } from "./ApplicationCard";
import styles from "./Gallery.module.css";

/** All applications of the server, each with its collections. */
export function Gallery() {
  usePageTitle();
  const { data, isPending, error, refetch } = useApplications();
  return (
    <div className={styles["gallery"]}>
      <header className={styles["head"]}>
        <h1>{texts.gallery.title}</h1>
        <p>{texts.gallery.lead}</p>
      </header>
      {isPending && (
        <div className={styles["cards"]} role="status" aria-label={texts.loading}>
          <Skeleton height="30rem" />
          <Skeleton height="30rem" />
          <Skeleton height="30rem" />
        </div>
      )}
      {error && (
        <Failed title={reason(error)} onRetry={() => refetch()} />
      )}
      {data?.applications.length === 0 && (
        <EmptyState icon={<SearchIcon />} title={texts.gallery.empty}>
          {texts.gallery.emptyHelp}
        </EmptyState>
      )}
      {data && (
        <ul className={styles["cards"]}>
          {data.applications.map((application) => (
            <li key={application.name}>
              <ApplicationCard application={application} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
