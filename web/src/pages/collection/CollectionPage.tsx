import { Suspense } from "react";

import { Problem, reason } from "../../api/problem";
import { useApplications, useCollection } from "../../api/queries";
import { Breadcrumbs } from "../../shell/Breadcrumbs";
import { texts } from "../../texts";
import { Failed, Skeleton, Tabs } from "../../ui";
import { NotFound } from "../NotFound";
import { usePageTitle } from "../title";
import styles from "./CollectionPage.module.css";
import { Manage } from "./Manage";
import { DropTarget } from "./adding/DropTarget";
import { Shipments } from "./adding/Shipments";
import { takesFiles } from "./adding/useAdding";
import { partsOf, searchAddress } from "./parts";
import { useOpenItem } from "./useOpenItem";

interface Props {
  params: { app: string; collection: string; part?: string };
}

/** One collection: its name, its counts, and its parts. */
export default function CollectionPage({ params }: Props) {
  const { app, collection: name, part: path = "" } = params;
  const { params: query } = useOpenItem();
  const applications = useApplications();
  const found = useCollection(app, name);
  const application = applications.data?.applications.find((one) => one.name === app);
  const parts = application ? partsOf(application) : [];
  const part = parts.find((one) => one.path === path);
  usePageTitle(application && `${name} · ${application.title}`);

  const error = applications.error ?? found.error;
  if (error instanceof Problem && error.status === 404) return <NotFound />;
  if (error) {
    return (
      <Failed title={reason(error)} onRetry={() => Promise.all([applications.refetch(), found.refetch()])} />
    );
  }
  if (applications.isSuccess && !part) return <NotFound />;
  if (!application || !part || !found.data) {
    return (
      <div className={styles["page"]} role="status" aria-label={texts.loading}>
        <Skeleton width="min(20rem, 60%)" height="5rem" />
        <Skeleton height="24rem" />
      </div>
    );
  }
  const collection = found.data;
  const base = `/apps/${app}/${name}`;
  const pending = collection.items - collection.indexed;
  return (
    <div className={styles["page"]}>
      <header className={styles["head"]}>
        <Breadcrumbs
          crumbs={[
            { label: texts.navigation.gallery, href: "/" },
            { label: application.title, href: `/apps/${application.name}` },
            { label: name },
          ]}
        />
        <div className={styles["title"]}>
          <h1>{name}</h1>
          <Manage application={application} collection={collection} />
        </div>
        <p className={`${styles["facts"] ?? ""} figures`}>
          <span>{texts.collection.items(collection.items)}</span>
          {pending > 0 && <span>{texts.collection.indexing(pending)}</span>}
          {collection.rebuilding && <span>{texts.collection.rebuilding}</span>}
        </p>
        {collection.description && <p className={styles["description"]}>{collection.description}</p>}
      </header>
      <Tabs
        label={texts.collection.tabs.label}
        tabs={parts.map((one) => ({
          href: [base, one.path].filter(Boolean).join("/"),
          query: part.asks && one.asks ? query.toString() : "",
          label: one.label,
        }))}
      />
      <Shipments collection={collection} />
      {takesFiles(application) && (
        <Suspense fallback={null}>
          <DropTarget application={application} collection={collection} asking={[base, path].filter(Boolean).join("/") === searchAddress(application, name)} />
        </Suspense>
      )}
      <Suspense fallback={<Skeleton height="24rem" />}>
        <part.Part key={`${app}/${name}`} application={application} collection={collection} />
      </Suspense>
    </div>
  );
}
