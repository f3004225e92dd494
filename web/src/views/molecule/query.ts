import type { Compared } from "../../api/molecules";

export type Mode = "similar" | "substructure" | "superstructure" | "exact";

export const MODES: readonly Mode[] = ["similar", "substructure", "superstructure", "exact"];

/** What `POST …/search` of molecule-search takes, without what every search has: one of the first four. */
export interface MoleculeQuery {
  smiles?: string;
  smarts?: string;
  name?: string;
  item_id?: string;
  /** "similar" is what the server takes if it is left out. */
  mode?: Exclude<Mode, "similar">;
}

const LONGEST = { smiles: 20_000, smarts: 2000, name: 200 };

// Atoms of the organic subset, atoms in brackets, bonds, branches, ring numbers. http://opensmiles.org
const SMILES = /^(?:Br|Cl|[BCNOPSFI]|[bcnops]|\[[^\]]+\]|%\d\d|\d|[-=#$:/\\.()*])+$/;

/** Whether a text is to be read as a structure; names have letters that no SMILES has, with rare exceptions. */
export function isStructure(text: string): boolean {
  return SMILES.test(text.trim());
}

/** The query that a text and a mode make; null without a text. */
export function queryOf(text: string, mode: Mode): MoleculeQuery | null {
  const asked = text.trim();
  if (!asked) return null;
  if (!isStructure(asked)) return { name: asked.slice(0, LONGEST.name) };
  const smiles = asked.slice(0, LONGEST.smiles);
  return mode === "similar" ? { smiles } : { smiles, mode };
}

export function modeOf(query: MoleculeQuery | null): Mode {
  return query?.mode ?? (query?.smarts === undefined ? "similar" : "substructure");
}

/** Whether its hits are grouped: scans (parts, equals, names) list every molecule by itself. */
export function isGrouped(query: MoleculeQuery): boolean {
  return query.name === undefined && modeOf(query) === "similar";
}

/** What a query asks with, as it stands in the form. */
export function textOf(query: MoleculeQuery | null): string {
  return query?.smiles ?? query?.smarts ?? query?.name ?? "";
}

/** What its hits have something in common with; null if that is no structure. */
export function comparedWith(query: MoleculeQuery | null): Compared | null {
  if (query?.smiles !== undefined) return { smiles: query.smiles };
  return query?.smarts === undefined ? null : { smarts: query.smarts };
}

export function queryToUrl(query: MoleculeQuery): URLSearchParams {
  const params = new URLSearchParams();
  for (const key of ["smiles", "smarts", "name", "item_id", "mode"] as const) {
    const value = query[key];
    if (value !== undefined) params.set(key, value);
  }
  return params;
}

export function queryFromUrl(params: URLSearchParams): MoleculeQuery | null {
  const given = params.get("mode");
  const mode = MODES.find((one) => one === given);
  for (const key of ["smiles", "smarts", "name"] as const) {
    const value = (params.get(key) ?? "").trim().slice(0, LONGEST[key]);
    if (value) return key === "smiles" && mode && mode !== "similar" ? { smiles: value, mode } : { [key]: value };
  }
  const item_id = params.get("item_id")?.trim();
  return item_id ? { item_id } : null;
}
