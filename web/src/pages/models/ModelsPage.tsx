import { useId } from "react";

import { reason } from "../../api/problem";
import { useApplications, useCollectionsOf, useModels } from "../../api/queries";
import type { Collection } from "../../api/types";
import { texts } from "../../texts";
import { EmptyState, Failed, Skeleton } from "../../ui";
import { AlikeIcon } from "../../ui/icons";
import { usePageTitle } from "../title";
import { ModelCard } from "./ModelCard";
import styles from "./ModelsPage.module.css";
import { type Group, grouped, usersOf, withModels } from "./group";

/** All models that the server knows, by what they take. */
export default function ModelsPage() {
  usePageTitle(texts.models.title);
  const { data, error, refetch, ...models } = useModels();
  const applications = useApplications();
  const collections = useCollectionsOf(withModels(applications.data?.applications ?? []));
  // Together, so that nothing moves when the second of them is here.
  const isPending = models.isPending || applications.isPending || collections.isPending;
  return (
    <div className={styles["page"]}>
      <header className={styles["head"]}>
        <h1>{texts.models.title}</h1>
        <p>{texts.models.lead}</p>
      </header>
      {isPending && !error && (
        <div className={styles["cards"]} role="status" aria-label={texts.loading}>
          {Array.from({ length: 4 }, (_, at) => (
            <Skeleton key={at} height="19rem" />
          ))}
        </div>
      )}
      {error && (
        <Failed title={reason(error)} onRetry={() => refetch()} />
      )}
      {data?.length === 0 && (
        <EmptyState icon={<AlikeIcon />} title={texts.models.empty}>
          {texts.models.emptyHelp}
        </EmptyState>
      )}
      {!isPending &&
        data &&
        grouped(data).map((group) => <Models key={group.title} group={group} collections={collections.data} />)}
    </div>
  );
}

function Models({ group, collections }: { group: Group; collections: Collection[] | undefined }) {
  const heading = useId();
  return (
    <section className={styles["group"]} aria-labelledby={heading}>
      <h2 id={heading}>{group.title}</h2>
      <ul className={styles["cards"]}>
        {group.models.map((model) => (
          <li key={model.card.name}>
            <ModelCard model={model} users={collections && usersOf(model.card.name, collections)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
