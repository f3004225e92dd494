import { score, texts } from "../../texts";
import styles from "./Scores.module.css";

/** What a score is made of, by vector, as bars. */
export function Scores({ scores, id }: { scores: Record<string, number>; id: string }) {
  return (
    <dl className={styles["scores"]} id={id}>
      {Object.entries(scores).map(([vector, value]) => (
        <div key={vector}>
          <dt>{texts.text.scores[vector] ?? vector}</dt>
          <dd className="figures">
            <span className={styles["bar"]} aria-hidden="true">
              <span style={{ inlineSize: `${100 * Math.min(1, Math.max(0, value))}%` }} />
            </span>
            {score(value)}
          </dd>
        </div>
      ))}
    </dl>
  );
}
