import { useReadiness } from "../api/queries";
import type { Readiness } from "../api/types";
import { texts } from "../texts";

interface ServerState {
  kind: "ready" | "waiting" | "away" | "unknown";
  /** Why it is not ready. */
  why: string;
}

export function useServerState(): ServerState {
  const { data, isError, isPending } = useReadiness();
  if (isError) return { kind: "away", why: texts.server.away };
  if (isPending) return { kind: "unknown", why: texts.server.starting };
  return data.ready ? { kind: "ready", why: "" } : { kind: "waiting", why: whyNot(data) };
}

/** Why a server is not ready, from its own answer. */
function whyNot(readiness: Readiness): string {
  if (readiness.milvus !== "ok") return readiness.milvus;
  const loading = Object.keys(readiness.models).filter((name) => readiness.models[name] === "loading");
  return loading.length ? texts.server.loadingModels(loading.join(", ")) : texts.server.starting;
}
