import { type ComponentType, type LazyExoticComponent, lazy } from "react";

import type { Application, Collection } from "../../api/types";
import { texts } from "../../texts";

export interface PartProps {
  application: Application;
  collection: Collection;
}

interface Part {
  /** The end of its address. */
  path: string;
  label: string;
  /** Whether the query of the address means something to it: then it is kept on the way from one such part to another. */
  asks?: true;
  Part: ComponentType<PartProps> | LazyExoticComponent<ComponentType<PartProps>>;
}

const search = { label: texts.collection.tabs.search, asks: true, Part: lazy(() => import("./Search")) } as const;
const chat: Part = { path: "", label: texts.chat.tab, Part: lazy(() => import("../chat/ChatPart")) };
const forYou: Part = { path: "", label: texts.recommend.tab, Part: lazy(() => import("../recommend/RecommendPart")) };
const others: readonly Part[] = [
  { path: "items", label: texts.items.tab, Part: lazy(() => import("./items/ItemsPart")) },
  { path: "map", label: texts.map.tab, asks: true, Part: lazy(() => import("../map/MapPart")) },
];
const searched: readonly Part[] = [{ path: "", ...search }, ...others];
const answered: readonly Part[] = [chat, { path: "search", ...search }, ...others];
const recommended: readonly Part[] = [forYou, { path: "search", ...search }, ...others];

/** Whether one can ask questions that are answered. */
function answers(application: Application): boolean {
  return application.operations.includes("ask");
}

/** Whether it recommends items to users. */
function recommends(application: Application): boolean {
  return application.operations.includes("recommend");
}

/** The parts of a collection's page, each a tab with an address of its own. */
export function partsOf(application: Application): readonly Part[] {
  return answers(application) ? answered : recommends(application) ? recommended : searched;
}

/** Where a collection is searched. */
export function searchAddress(application: Application, collection: string): string {
  const base = `/apps/${application.name}/${collection}`;
  return answers(application) || recommends(application) ? `${base}/search` : base;
}
