import { useState } from "react";
import { Link } from "wouter";

import { reason } from "../../api/problem";
import { useCollections } from "../../api/queries";
import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";
import { Button, Skeleton } from "../../ui";
import { ChevronIcon, PlusIcon } from "../../ui/icons";
import styles from "./ApplicationCard.module.css";
import { Drawing } from "./Drawing";
import { NewCollection } from "./NewCollection";
import { SampleButton } from "./SampleButton";

const FIRST = 4;

export function ApplicationCard({ application }: { application: Application }) {
  const [creating, setCreating] = useState(false);
  const { data, isPending, error } = useCollections(application.name);
  return (
    <article className={styles["card"]} aria-labelledby={`app-${application.name}`}>
      <Drawing application={application.name} />
      <div className={styles["text"]}>
        <h2 id={`app-${application.name}`}>{application.title}</h2>
        <p className={styles["description"]}>{application.description || texts.gallery.noDescription}</p>
      </div>
      <div className={styles["collections"]}>
        <h3 className="unseen">{texts.gallery.collections}</h3>
        {isPending && <Skeleton height="2.75rem" />}
        {error && <p className={styles["none"]}>{reason(error)}</p>}
        {data?.length === 0 && <p className={styles["none"]}>{texts.gallery.none}</p>}
        {data && <CollectionList collections={data} />}
      </div>
      <footer className={styles["actions"]}>
        {application.sample && <SampleButton application={application} collections={data} />}
        <Button onClick={() => setCreating(true)}>
          <PlusIcon />
          {texts.create.action}
        </Button>
      </footer>
      {creating && <NewCollection application={application} onClose={() => setCreating(false)} />}
    </article>
  );
}

function CollectionList({ collections }: { collections: Collection[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? collections : collections.slice(0, FIRST);
  return (
    <>
      <ul>
        {shown.map((one) => (
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
      </ul>
      {shown.length < collections.length && (
        <Button kind="quiet" onClick={() => setAll(true)}>
          {texts.gallery.more(collections.length)}
        </Button>
      )}
    </>
  );
}
