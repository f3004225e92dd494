import { reason } from "../../api/problem";
import { useReadiness } from "../../api/queries";
import { useServerState } from "../../shell/readiness";
import { texts } from "../../texts";
import { Skeleton } from "../../ui";
import styles from "./SettingsPage.module.css";

const LOOK = 3_000;
const GOOD = "ok";

/** What the server says of itself, looked at every few seconds. */
export function ServerState() {
  const { data, error } = useReadiness(LOOK);
  const { kind, why } = useServerState();
  const words: Record<string, string> = { warm: texts.settings.warm, loading: texts.settings.loading };
  const models = Object.entries(data?.models ?? {});
  const waiting = <Skeleton width="7rem" height="1.2rem" />;
  return (
    <dl className={styles["facts"]} aria-busy={kind === "unknown"}>
      <div>
        <dt>{texts.settings.state}</dt>
        <dd data-kind={kind}>
          {kind === "ready" ? texts.server.ready : error ? reason(error) : texts.server.waiting(why)}
        </dd>
      </div>
      <div>
        <dt>{texts.settings.milvus}</dt>
        <dd>{data ? (data.milvus === GOOD ? texts.settings.milvusGood : data.milvus) : waiting}</dd>
      </div>
      <div>
        <dt>{texts.settings.models}</dt>
        <dd>
          {data && models.length === 0 && texts.settings.modelsNone}
          {!data && waiting}
          <ul>
            {models.map(([name, state]) => (
              <li key={name}>
                {name}: {words[state] ?? state}
              </li>
            ))}
          </ul>
        </dd>
      </div>
      <div>
        <dt>{texts.settings.pending}</dt>
        <dd className="figures">
          {data
            ? Object.entries(data.pending)
                .map(([stage, value]) => texts.settings.pendingOf(texts.settings.stages[stage] ?? stage, value))
                .join(", ")
            : waiting}
        </dd>
      </div>
    </dl>
  );
}
