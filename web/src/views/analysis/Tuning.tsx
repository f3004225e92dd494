import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { thresholds } from "../../api/analysis";
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
  const { data, error } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => thresholds(application, collection, {}, signal),
  });

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
              application={application}
              collection={collection}
            />
          ))}
        </div>
      )}
    </section>
  );
}

function Limit({ what, held, application, collection }: {
  what: Limited;
  held: number;
  application: string;
  collection: string;
}) {
  const shared = keys.collection(application, collection);
  const queries = useQueryClient();
  const saving = useMutation({
    // One after the other, so that the last one holds.
    scope: { id: [...shared, "thresholds"].join(" ") },
    mutationFn: (wanted: number) => thresholds(application, collection, { [what]: wanted }),
    onSuccess: (now, wanted) => {
      queries.setQueryData([...shared, "thresholds"], now);
      setChosen((still) => (still === wanted ? null : still));
      void queries.invalidateQueries({ queryKey: shared });
    },
  });
  // What was chosen, until it holds.
  const [chosen, setChosen] = useState<number | null>(null);
  const value = chosen ?? held;
  const { usual } = SCALES[what];
  const [least, most] = endsOf(SCALES[what], held);
  const { label, hint } = texts.analysis.limits[what];
  const failure = saving.error;

  function choose(wanted: number): void {
    setChosen(wanted);
    saving.mutate(wanted);
  }

  function settle(): void {
    // Letting go of the slider and leaving it both say what was chosen.
    if (saving.isPending && saving.variables === value) return;
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
      <p className={styles["help"]} role="status">
        {saving.isPending ? texts.analysis.tuning : saving.isSuccess && texts.analysis.tuned}
      </p>
    </div>
  );
}
