import { expect, it } from "vitest";

import type { Citation } from "../../api/types";
import { relatedTo } from "./related";

function stored(text: string, answer: string | null = "Yes."): Citation {
  return { text, ordinal: 0, place: answer === null ? {} : { answer } } as unknown as Citation;
}

it("offers stored questions that are not shown already, each once", () => {
  const shown = stored("Is it open?");
  const found = [shown, stored("Is it open?", "No."), stored("What is asked"), stored("Is it far?"), stored("Is it far?")];
  expect(relatedTo([...found, stored("A passage.", null)], [shown], "What is asked")).toEqual(["Is it far?"]);
});
