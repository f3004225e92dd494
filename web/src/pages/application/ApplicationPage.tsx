import { useState } from "react";
import { Link } from "wouter";

import { reason } from "../../api/problem";
import { useApplications, useCollections } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { Breadcrumbs } from "../../shell/Breadcrumbs";
import { date, texts } from "../../texts";
import { Button, EmptyState, Fact, Facts, Failed, Skeleton } from "../../ui";
import { AlikeIcon, ChevronIcon, PlusIcon } from "../../ui/icons";
import { NotFound } from "../NotFound";
import { Drawing } from "../gallery/Drawing";
import { NewCollection } from "../gallery/NewCollection";
import { SampleButton } from "../gallery/SampleButton";
import { usePageTitle } from "../title";
import styles from "./ApplicationPage.module.css";
import { described, takes } from "./about";

/** One application: what it does, and all its collections. */
export default function ApplicationPage({ params }: { params: { app: string } }) {
  const applications = useApplications();
  const application = applications.data?.applications.find((one) => one.name === params.app);
  usePageTitle(application?.title);
  if (applications.error) {
    return (
      <Failed title={reason(applications.error)} onRetry={() => applications.refetch()} />
    );
  }
  if (applications.isSuccess && !application) return <NotFound />;
  if (!application) {
    return (
      <div className={styles["page"]} role="status" aria-label={texts.loading}>
        <Skeleton height="15rem" />
        <Skeleton height="16rem" />
      </div>
    );
  }
  return <About application={application} />;
}

function About({ application }: { application: Application }) {
  const [creating, setCreating] = useState(false);
  const collections = useCollections(application.name);
  return (
    <div className={styles["page"]}>
      <header className={styles["head"]}>
        <div className={styles["text"]}>
          <Breadcrumbs crumbs={[{ label: texts.navigation.gallery, href: "/" }, { label: application.title }]} />
          <h1>{application.title}</h1>
          <p className={styles["description"]}>{described(application)}</p>
          <Declared application={application} />
          <div className={styles["actions"]}>
            {application.sample && <SampleButton application={application} collections={collections.data} />}
            <Button kind={application.sample ? "secondary" : "primary"} onClick={() => setCreating(true)}>
              <PlusIcon />
              {texts.create.action}
            </Button>
          </div>
        </div>
        <div className={styles["drawing"]}>
          <Drawing application={application.name} />
        </div>
      </header>
      <section className={styles["collections"]} aria-labelledby="collections">
        <h2 id="collections">{texts.application.collections}</h2>
        {collections.isPending && <Skeleton height="8rem" />}
        {collections.error && (
          <Failed title={reason(collections.error)} onRetry={() => collections.refetch()} />
        )}
        {collections.data?.length === 0 && (
          <EmptyState icon={<AlikeIcon />} title={texts.application.none}>
            {application.sample ? texts.application.noneHelp : texts.application.noneHelpBare}
          </EmptyState>
        )}
        {collections.data && collections.data.length > 0 && (
          <ul className={styles["list"]}>
            {collections.data.map((one) => (
              <Row key={one.name} collection={one} />
            ))}
          </ul>
        )}
      </section>
      {creating && <NewCollection application={application} onClose={() => setCreating(false)} />}
    </div>
  );
}

function Declared({ application }: { application: Application }) {
  const models = [...new Set(Object.values(application.vectors).filter((name) => name !== null))];
  const facts = [
    [texts.application.takes, takes(application)],
    [texts.application.fields, Object.keys(application.fields)],
    [texts.application.models, models],
  ] as const;
  return (
    <Facts>
      {facts
        .filter(([, values]) => values.length > 0)
        .map(([name, values]) => (
          <Fact key={name} name={name}>
            {values.join(", ")}
          </Fact>
        ))}
    </Facts>
  );
}

function Row({ collection }: { collection: Collection }) {
  return (
    <li>
      <Link href={`/apps/${collection.application}/${collection.name}`} className={styles["collection"]}>
        <span className={styles["name"]}>
          <strong>{collection.name}</strong>
          {collection.description && <span className={styles["note"]}>{collection.description}</span>}
        </span>
        <span className={`${styles["count"] ?? ""} figures`}>
          {texts.gallery.items(collection.items)}
          {collection.rebuilding && `, ${texts.gallery.rebuilding}`}
        </span>
        <span className={styles["made"]}>
          <time dateTime={collection.created_at}>{texts.application.made(date(collection.created_at))}</time>
        </span>
        <ChevronIcon size={14} />
      </Link>
    </li>
  );
}
