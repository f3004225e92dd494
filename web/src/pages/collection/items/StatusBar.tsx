import { texts } from "../../../texts";
import { Button, IconButton, Kbd } from "../../../ui";
import { CloseIcon } from "../../../ui/icons";
import styles from "./ItemsPart.module.css";

const { keyHints } = texts.items;
const KEYS = [
  ["← ↑ → ↓", keyHints.move],
  ["↵", keyHints.open],
  ["Space", keyHints.select],
  ["⇧", keyHints.range],
] as const;

interface StatusBarProps {
  total: number;
  selected: number;
  onAll: () => void;
  onNone: () => void;
  onEdit: () => void;
  onDelete: () => void;
}

/** How many items there are or are selected, and what can be done with those. */
export function StatusBar({ total, selected, onAll, onNone, onEdit, onDelete }: StatusBarProps) {
  return (
    <div className={styles["status"]}>
      <div className={styles["count"]}>
        {selected > 0 && (
          <IconButton label={texts.items.noneSelected} onClick={onNone}>
            <CloseIcon />
          </IconButton>
        )}
        <p className="figures" role="status">
          {selected ? texts.items.selected(selected) : texts.items.total(total)}
        </p>
      </div>
      {selected > 0 ? (
        <div className={styles["actions"]}>
          <Button onClick={onEdit}>{texts.items.edit}</Button>
          <Button kind="danger" onClick={onDelete}>
            {texts.items.remove}
          </Button>
        </div>
      ) : (
        <>
          <p className={styles["keys"]} aria-hidden="true">
            {KEYS.map(([key, does]) => (
              <span key={key}>
                <Kbd>{key}</Kbd> {does}
              </span>
            ))}
          </p>
          <Button kind="quiet" onClick={onAll}>
            {texts.items.all}
          </Button>
        </>
      )}
    </div>
  );
}
