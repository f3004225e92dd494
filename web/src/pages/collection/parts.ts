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
  /** Whether it shows the search of the address, which is kept when going from one such part to another. */
  searches: boolean;
  Part: ComponentType<PartProps> | LazyExoticComponent<ComponentType<PartProps>>;
}

/** The parts of a collection's page, each a tab with an address of its own. */
export const parts: readonly Part[] = [
  {
    path: "",
    label: texts.collection.tabs.search,
    searches: true,
    Part: lazy(async () => ({ default: (await import("./Search")).Search })),
  },
  {
    path: "map",
    label: texts.map.tab,
    searches: true,
    Part: lazy(async () => ({ default: (await import("../map/MapPart")).MapPart })),
  },
  { path: "items", label: texts.items.tab, searches: false, Part: lazy(() => import("./items/ItemsPart")) },
];
