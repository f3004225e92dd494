import { useCollections } from "../../../api/queries";
import { type Application, type Collection, ended } from "../../../api/types";
import { useShipments } from "../../../api/uploads";
import { texts } from "../../../texts";
import { Skeleton } from "../../../ui";
import { UploadIcon } from "../../../ui/icons";
import { SampleButton } from "../../gallery/SampleButton";
import { AddButtons } from "./AddButtons";
import styles from "./EmptyCollection.module.css";
import { takesFiles, useAdding } from "./useAdding";
import { useJobsHere } from "./useJobsHere";

/** Stands where the items of a collection would be, and invites to add some: drop, choose, or look at the sample. */
export function EmptyCollection({ application, collection }: { application: Application; collection: Collection }) {
  const add = useAdding(collection);
  const { data: others } = useCollections(application.name);
  const sending = useShipments(application.name, collection.name).some((one) => one.state === "sending");
  const jobs = useJobsHere(collection);
  // Items that are counted already are in the list in a moment.
  const soon = sending || collection.items > 0 || (jobs?.some((job) => !ended(job)) ?? false);
  const ownFiles = application.accepts.length > 0;
  const help = ownFiles ? texts.adding.emptyFiles : takesFiles(application) ? texts.adding.emptyRecords : texts.adding.emptyBare;
  if (!jobs) return <Skeleton height="16rem" />;
  return (
    <section className={styles["empty"]} data-soon={soon || undefined}>
      <div className={styles["icon"]}>
        <UploadIcon size={28} />
      </div>
      <h2>{soon ? texts.adding.emptySoon : texts.adding.empty}</h2>
      <p>{soon ? texts.adding.emptySoonHelp : help}</p>
      {takesFiles(application) && <AddButtons primary={!soon} onChoose={add} />}
      {application.sample && !soon && (
        <div className={styles["sample"]}>
          <p>{texts.adding.sample}</p>
          <SampleButton application={application} collections={others} kind="secondary" />
        </div>
      )}
    </section>
  );
}
