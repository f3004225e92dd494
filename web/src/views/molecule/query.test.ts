import { expect, it } from "vitest";

import { comparedWith, isGrouped, isStructure, modeOf, queryFromUrl, queryOf, queryToUrl } from "./query";

it.each(["CCO", "c1ccccc1", "C[C@H](N)C(=O)O", "[Na+].[Cl-]", "O=C1c2ccccc2C(=O)N1", "C%12CC%12", "ClCBr"])(
  "reads %s as a structure",
  (text) => expect(isStructure(text)).toBe(true),
);

it.each(["aspirin", "Phenol", "acetic acid", "2,4-dinitrotoluene", "iron", "Cocaine", "ethanol"])(
  "reads %s as a name",
  (text) => expect(isStructure(text)).toBe(false),
);

it("asks with what was typed, in the mode that suits it", () => {
  expect(queryOf(" CCO ", "similar")).toEqual({ smiles: "CCO" });
  expect(queryOf("CCO", "exact")).toEqual({ smiles: "CCO", mode: "exact" });
  expect(queryOf("ethanol", "substructure")).toEqual({ name: "ethanol" });
  expect(queryOf("  ", "similar")).toBeNull();
});

it.each([
  { smiles: "CC(=O)O", mode: "substructure" as const },
  { smiles: "C#N" },
  { name: "acid" },
  { smarts: "[#7]~C" },
  { item_id: "abc" },
])("finds %o again in an address", (query) => {
  expect(queryFromUrl(new URLSearchParams(queryToUrl(query).toString()))).toEqual(query);
});

it("survives any address", () => {
  expect(queryFromUrl(new URLSearchParams("smiles=%20&mode=silly"))).toBeNull();
  expect(queryFromUrl(new URLSearchParams("smiles=C&mode=silly"))).toEqual({ smiles: "C" });
  expect(queryFromUrl(new URLSearchParams("name=x&mode=exact"))).toEqual({ name: "x" });
});

it("knows what hits are compared with", () => {
  expect(comparedWith({ smiles: "C", mode: "exact" })).toEqual({ smiles: "C" });
  expect(comparedWith({ name: "x" })).toBeNull();
  const smiles = "CCO.c1ccccc1.Cl";
  expect(comparedWith({ smiles, mode: "substructure" })).toEqual({ smiles });
  expect(comparedWith({ smarts: "[#6].[#7]" })).toEqual({ smarts: "[#6].[#7]" });
  expect(modeOf({ smarts: "[#6]" })).toBe("substructure");
});

it("knows which hits are grouped: those of an index, not those of a scan", () => {
  expect([{ smiles: "C" }, { item_id: "abc" }].map(isGrouped)).toEqual([true, true]);
  const scans = [{ smiles: "C", mode: "substructure" as const }, { smarts: "[#6]" }, { name: "acid" }];
  expect(scans.map(isGrouped)).toEqual([false, false, false]);
});
