import { reason } from "../../api/problem";
import { useItem } from "../../api/queries";
import type { Application, Collection, Query } from "../../api/types";
import { texts } from "../../texts";
import { Dialog, EmptyState, Skeleton } from "../../ui";
import { AlertIcon } from "../../ui/icons";
import type { AnyView } from "../../views/view";

interface ItemDialogProps {
  view: AnyView;
  application: Application;
  collection: Collection;
  id: string;
  onSearch: (query: Query) => void;
  onClose: () => void;
}

/** One item in detail, as its application shows it. */
export function ItemDialog({ view, application, collection, id, onSearch, onClose }: ItemDialogProps) {
  const { data, error } = useItem(application.name, collection.name, id);
  const { ItemView } = view;
  return (
    <Dialog title={data ? data.name || data.key || texts.item.title : texts.item.title} size="wide" onClose={onClose}>
      {data && <ItemView application={application} collection={collection} item={data} onSearch={onSearch} />}
      {error && (
        <EmptyState kind="failed" icon={<AlertIcon />} title={texts.item.gone}>
          {reason(error)}
        </EmptyState>
      )}
      {!data && !error && <Skeleton height="20rem" />}
    </Dialog>
  );
}
