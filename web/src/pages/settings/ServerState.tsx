import { reason } from "../../api/problem";
import { useReadiness } from "../../api/queries";
import { useServerState } from "../../shell/readiness";
import { texts } from "../../texts";
import { Fact, Facts, Skeleton } from "../../ui";

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
    <Facts busy={kind === "unknown"}>
      <Fact name={texts.settings.state}>
        <span data-kind={kind}>
          {kind === "ready" ? texts.server.ready : error ? reason(error) : texts.server.waiting(why)}
        </span>
      </Fact>
      <Fact name={texts.settings.milvus}>
        {data ? (data.milvus === GOOD ? texts.settings.milvusGood : data.milvus) : waiting}
      </Fact>
      <Fact name={texts.settings.models}>
        {data && models.length === 0 && texts.settings.modelsNone}
        {!data && waiting}
        <ul>
          {models.map(([name, state]) => (
            <li key={name}>
              {name}: {words[state] ?? state}
            </li>
          ))}
        </ul>
      </Fact>
      <Fact name={texts.settings.pending}>
        {data ? pendingOf(data.pending) : waiting}
      </Fact>
    </Facts>
  );
}

function pendingOf(pending: Record<string, number>): string {
  const some = Object.entries(pending).filter(([, value]) => value > 0);
  const words = some.map(([stage, value]) => texts.settings.pendingOf(texts.settings.stages[stage] ?? stage, value));
  return words.join(", ") || texts.settings.pendingNone;
}
