import { useQuery } from "@tanstack/react-query";

import { reason } from "../../api/problem";
import { classify } from "../../api/dna";
import { keys } from "../../api/queries";
import { texts } from "../../texts";
import { Skeleton } from "../../ui";
import styles from "./Class.module.css";

/** The class of a sequence, how sure it is, and what else it may be; asked for once it is known to be a sequence. */
export function Class({ application, collection, sequence, known }: {
  application: string;
  collection: string;
  sequence: string;
  known: boolean;
}) {
  const { data, error } = useQuery({
    queryKey: [...keys.collection(application, collection), "class", sequence],
    queryFn: ({ signal }) => classify(application, collection, sequence, signal),
    enabled: known,
  });
  return (
    <section className={styles["class"]} aria-labelledby="class">
      <h2 id="class">{texts.dna.class}</h2>
      <div role="status">
        {error && <p>{reason(error)}</p>}
        {!data && !error && <Skeleton height="2.5rem" />}
        {data?.label === null && (
          <>
            <p className={styles["label"]}>{texts.dna.unknown}</p>
            <p className={styles["why"]}>
              {data.evidence.length > 0 ? texts.dna.unknownWhy(data.nearest ?? 0) : texts.dna.noClasses}
            </p>
          </>
        )}
        {data?.label != null && (
          <>
            <p className={styles["label"]}>
              {data.label} <span className="figures">{texts.dna.sure(data.confidence)}</span>
            </p>
            <p className={styles["why"]}>{texts.dna.why(data.evidence.length, data.nearest ?? 0)}</p>
          </>
        )}
      </div>
      {data && data.classes.length > 0 && (
        <ul className={styles["shares"]}>
          {data.classes.map((one) => (
            <li key={one.label}>
              <span>{one.label}</span>
              <meter min={0} max={1} value={one.confidence} aria-label={one.label} />
              <span className="figures">{texts.dna.sure(one.confidence)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
