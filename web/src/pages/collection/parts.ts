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

/** The parts of a collection's page, each a tab with an address of its own. */
export const parts: readonly Part[] = [
  { path: "", label: texts.collection.tabs.search, asks: true, Part: lazy(() => import("./Search")) },
  { path: "items", label: texts.items.tab, Part: lazy(() => import("./items/ItemsPart")) },
  { path: "map", label: texts.map.tab, asks: true, Part: lazy(() => import("../map/MapPart")) },
];
