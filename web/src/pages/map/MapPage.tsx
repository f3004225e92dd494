import { useApplications, useCollection } from "../../api/queries";
import { texts } from "../../texts";
import { Skeleton } from "../../ui";
import { usePageTitle } from "../title";
import { MapPart } from "./MapPart";

/** The map of a collection, at an address of its own. */
export default function MapPage({ params }: { params: { app: string; collection: string } }) {
  const application = useApplications().data?.applications.find((one) => one.name === params.app);
  const collection = useCollection(params.app, params.collection).data;
  usePageTitle(application && `${params.collection} · ${texts.map.tab}`);
  if (!application || !collection) return <Skeleton height="32rem" />;
  return (
    <div style={{ display: "grid", gap: "1.5rem" }}>
      <h1>{collection.name}</h1>
      <MapPart application={application} collection={collection} />
    </div>
  );
}
