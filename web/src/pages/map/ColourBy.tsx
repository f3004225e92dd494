import { reason } from "../../api/problem";
import type { Collection } from "../../api/types";
import { named, texts } from "../../texts";
import { Progress } from "../../ui";
import { useView } from "../../views/registry";
import { Choice } from "./Choice";
import styles from "./MapView.module.css";
import type { Colours } from "./useColours";

interface ColourByProps {
  collection: Collection;
  field: string | null;
  colours: Colours;
  onChoose: (field: string | null) => void;
}

/** Which field colours the points. Without declared fields there is nothing to choose. */
export function ColourBy({ collection, field, colours, onChoose }: ColourByProps) {
  const { ranges = [] } = useView(collection.application);
  const fields = Object.keys(collection.fields);
  if (fields.length === 0) return null;
  const { progress, error } = colours;
  const labels = new Map(ranges.map(({ field: name, label }) => [name, label]));
  return (
    <>
      <Choice label={texts.map.colour} value={field ?? ""} onChoose={(value) => onChoose(value || null)}>
        <option value="">{texts.map.noColour}</option>
        {fields.map((name) => (
          <option key={name} value={name}>
            {labels.get(name) ?? named(name)}
          </option>
        ))}
      </Choice>
      {progress && (
        <div className={styles["progress"]}>
          <Progress
            label={texts.map.colouring(progress.done, progress.total)}
            value={progress.done}
            max={progress.total}
          />
        </div>
      )}
      {error && field !== null && (
        <p role="alert" className={styles["error"]}>
          {texts.map.colouringFailed(reason(error))}
        </p>
      )}
    </>
  );
}
