import { useSuspenseQuery } from "@tanstack/react-query";

import type { AnyView } from "./view";

interface ViewModule {
  view: AnyView;
}

/** The views, by application: one line each, loaded when somebody opens one of its collections. */
const views: Record<string, () => Promise<ViewModule>> = {
  "audio-search": () => import("./moments"),
  "dna-classification": () => import("./dna"),
  "image-search": () => import("./image"),
  "molecule-search": () => import("./molecule"),
  "question-answering": () => import("./text"),
  recommendation: () => import("./recommendation"),
  "text-search": () => import("./text"),
  "video-analysis": () => import("./analysis"),
  "video-search": () => import("./moments"),
};

const generic = (): Promise<ViewModule> => import("./generic");

/** The view of an application, its own or the generic one; suspends while it is loaded. */
export function useView(application: string): AnyView {
  const loaded = useSuspenseQuery({
    queryKey: ["view", application],
    queryFn: () => (views[application] ?? generic)(),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return loaded.data.view;
}
