import { lazy } from "react";

import { texts } from "../texts";
import { Gallery } from "./gallery/Gallery";

/** The pages: an address pattern and what stands there. All but the first are loaded when they are needed. */
export const routes = [
  { path: "/", Page: Gallery },
  { path: "/apps/:app", Page: lazy(() => import("./application/ApplicationPage")) },
  { path: "/jobs", Page: lazy(() => import("./jobs/JobsPage")) },
  { path: "/models", Page: lazy(() => import("./models/ModelsPage")) },
  { path: "/settings", Page: lazy(() => import("./settings/SettingsPage")) },
  { path: "/apps/:app/:collection/:part?", Page: lazy(() => import("./collection/CollectionPage")) },
];

/** What the bar at the top leads to. */
export const navigation = [
  { href: "/", label: texts.navigation.gallery },
  { href: "/jobs", label: texts.navigation.jobs },
  { href: "/models", label: texts.navigation.models },
  { href: "/settings", label: texts.navigation.settings },
];
