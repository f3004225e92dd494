import { lazy } from "react";

import { texts } from "../texts";
import { Gallery } from "./gallery/Gallery";

/** The pages: an address pattern and what stands there. All but the first are loaded when they are needed. */
export const routes = [
  { path: "/", Page: Gallery },
  { path: "/apps/:app/:collection", Page: lazy(() => import("./collection/CollectionPage")) },
];

/** What the bar at the top leads to. */
export const navigation = [{ href: "/", label: texts.navigation.gallery }];
