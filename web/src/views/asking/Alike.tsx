import { useItem } from "../../api/queries";
import { texts } from "../../texts";
import { IconButton } from "../../ui";
import { AlikeIcon, CloseIcon } from "../../ui/icons";
import { titleOf } from "../reading/titles";
import styles from "./Alike.module.css";

/** The item that others are to be like. */
export function Alike({ application, collection, id, onRemove }: {
  application: string;
  collection: string;
  id: string;
  onRemove: () => void;
}) {
  const { data } = useItem(application, collection, id);
  return (
    <span className={styles["alike"]}>
      <AlikeIcon />
      <span>{texts.text.alikeTo(data ? titleOf(data) : texts.item.title)}</span>
      <IconButton label={texts.text.alikeRemove} onClick={onRemove}>
        <CloseIcon size={16} />
      </IconButton>
    </span>
  );
}
