import { useState } from "react";
import { Link } from "wouter";

import { reason } from "../../api/problem";
import { useCollections } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";
import { Button, Skeleton } from "../../ui";
import { ChevronIcon } from "../../ui/icons";
import { described } from "../application/about";
import styles from "./ApplicationCard.module.css";
import { Drawing } from "./Drawing";
import { NewCollection } from "./NewCollection";
import { SampleButton } from "./SampleButton";

// So many lines; the last leads to the others if there are more.
const LINES = 3;

export function ApplicationCard({ application }: { application: Application }) {
  const [creating, setCreating] = useState(false);
  const { data, isPending, error } = useCollections(application.name);
  return (
    <article className={styles["card"]} aria-labelledby={`app-${application.name}`}>
      <Drawing application={application.name} />
      <div className={styles["text"]}>
        <h2 id={`app-${application.name}`}>
          <Link href={`/apps/${application.name}`}>{application.title}</Link>
        </h2>
        <p className={styles["description"]}>{described(application)}</p>
      </div>
      <div className={styles["collections"]}>
        <h3 className="unseen">{texts.gallery.collections}</h3>
        {isPending && <Skeleton height="2.75rem" />}
        {error && <p className={styles["none"]}>{reason(error)}</p>}
        {data?.length === 0 && <p className={styles["none"]}>{texts.gallery.none}</p>}
        {data && data.length > 0 && <CollectionList application={application} collections={data} />}
      </div>
      <footer className={styles["actions"]}>
        {application.sample && <SampleButton application={application} collections={data} />}
        <Button onClick={() => setCreating(true)}>{texts.create.action}</Button>
      </footer>
      {creating && <NewCollection application={application} onClose={() => setCreating(false)} />}
    </article>
  );
}

function CollectionList({ application, collections }: { application: Application; collections: Collection[] }) {
  const more = collections.length > LINES;
  return (
    <ul>
      {collections.toSorted(newest).slice(0, more ? LINES - 1 : LINES).map((one) => (
        <li key={one.name}>
          <Link href={`/apps/${one.application}/${one.name}`} className={styles["collection"]}>
            <span className={styles["name"]}>{one.name}</span>
            <span className={`${styles["count"] ?? ""} figures`}>
              {one.rebuilding ? texts.gallery.rebuilding : texts.gallery.items(one.items)}
            </span>
            <ChevronIcon size={14} />
          </Link>
        </li>
      ))}
      {more && (
        <li>
          <Link href={`/apps/${application.name}`} className={styles["collection"]}>
            <span className={styles["all"]}>{texts.gallery.more(collections.length)}</span>
          </Link>
        </li>
      )}
    </ul>
  );
}

/** The newest first; those that have nothing yet last. */
function newest(one: Collection, other: Collection): number {
  const empty = Number(one.items === 0) - Number(other.items === 0);
  return empty || other.created_at.localeCompare(one.created_at);
}
