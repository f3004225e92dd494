import type { Application, Collection, Model } from "../../api/types";
import { texts } from "../../texts";

export interface Group {
  title: string;
  models: Model[];
}

/** Models by what they take; those that take most come first. */
export function grouped(models: Model[]): Group[] {
  const groups = new Map<string, Model[]>();
  for (const model of models) {
    const accepts = [...model.card.accepts].sort().join(" ");
    groups.set(accepts, [...(groups.get(accepts) ?? []), model]);
  }
  return [...groups].map(([accepts, members]) => ({
    title: texts.models.groups[accepts] ?? texts.models.otherGroup(accepts.replaceAll(" ", ", ")),
    models: members,
  }));
}

/** The collections whose vectors a model makes. */
export function usersOf(model: string, collections: Collection[]): Collection[] {
  return collections.filter((one) => Object.values(one.vectors).some((vector) => vector.model === model));
}

/** The names of the applications whose collections could use models at all. */
export function withModels(applications: Application[]): string[] {
  return applications.filter((one) => Object.values(one.vectors).some((model) => model !== null)).map((one) => one.name);
}

/** A source as people read it: of a file in a package, the package; else the address. */
export function sourceOf(source: string): string {
  const [, scheme, rest] = /^(\w+):(.*)$/.exec(source) ?? [];
  return scheme === "pypi" && rest ? (rest.split("/")[0] ?? rest) : source;
}
