import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { type Thresholds, thresholds } from "../../api/analysis";
import { Problem, reason } from "../../api/problem";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Button, Field, Skeleton, Slider } from "../../ui";
import styles from "./Tuning.module.css";
import { type Limited, SCALES, STEP, endsOf } from "./thresholds";

/** How alike faces and things must be in a collection; what is chosen changes all its answers at once. */
export function Tuning({ application, collection, limited }: {
  application: string;
  collection: string;
  limited: readonly Limited[];
}) {
  const key = [...keys.collection(application, collection), "thresholds"];
  const queries = useQueryClient();
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => thresholds(application, collection, {}, signal),
  });
  const saving = useMutation({
    // One after the other, so that the last one holds.
    scope: { id: key.join(" ") },
    mutationFn: (chosen: Thresholds) => thresholds(application, collection, chosen),
    onSuccess: (held) => {
      queries.setQueryData(key, held);
      void queries.invalidateQueries({ queryKey: keys.collection(application, collection) });
    },
  });
  const said = saving.isPending ? texts.analysis.tuning : saving.isSuccess && texts.analysis.tuned;

  return (
    <section className={styles["tuning"]} aria-label={texts.analysis.tune}>
      <p className={styles["help"]}>{texts.analysis.tuneHelp}</p>
      {error && <p role="alert">{reason(error)}</p>}
      {!data && !error && <Skeleton height="5rem" />}
      {data && (
        <div className={styles["limits"]}>
          {limited.map((what) => (
            <Limit
              key={what}
              what={what}
              held={data[what] ?? SCALES[what].usual}
              failure={saving.variables?.[what] === undefined ? null : saving.error}
              onChange={(value, onHeld) => saving.mutate({ [what]: value }, { onSuccess: onHeld })}
            />
          ))}
        </div>
      )}
      <p className={styles["help"]} role="status">
        {said}
      </p>
    </section>
  );
}

function Limit({ what, held, failure, onChange }: {
  what: Limited;
  held: number;
  failure: Error | null;
  onChange: (value: number, onHeld: () => void) => void;
}) {
  // What was chosen, until it holds.
  const [chosen, setChosen] = useState<number | null>(null);
  const value = chosen ?? held;
  const { usual } = SCALES[what];
  const [least, most] = endsOf(SCALES[what], held);
  const { label, hint } = texts.analysis.limits[what];

  function choose(wanted: number): void {
    setChosen(wanted);
    onChange(wanted, () => setChosen((now) => (now === wanted ? null : now)));
  }

  function settle(): void {
    if (value === held) setChosen(null);
    else choose(value);
  }

  return (
    <div className={styles["limit"]}>
      <Field
        label={
          <>
            {label}
            <span className={`${styles["value"] ?? ""} figures`} aria-hidden="true">
              {value}
            </span>
          </>
        }
        hint={hint(usual)}
        error={failure ? ((failure instanceof Problem && failure.fields.get(what)) || reason(failure)) : undefined}
      >
        <Slider
          min={least}
          max={most}
          step={STEP}
          value={value}
          onChange={(event) => setChosen(event.target.valueAsNumber)}
          onPointerUp={settle}
          onKeyUp={settle}
          onBlur={settle}
        />
      </Field>
      {held !== usual && (
        <Button kind="quiet" flush onClick={() => choose(usual)}>
          {texts.analysis.usual(usual)}
        </Button>
      )}
    </div>
  );
}
