import { useServer } from "../../api/session";
import type { Application, Collection, Query } from "../../api/types";
import { texts } from "../../texts";
import { Menu, useCopy, useToast } from "../../ui";
import { CodeIcon } from "../../ui/icons";
import { asCurl, asPython } from "./recipes";

/** Copies the search that is shown, as something that does it again elsewhere. */
export function CopySearch({ application, collection, query }: {
  application: Application;
  collection: Collection;
  query: Query;
}) {
  const toast = useToast();
  const write = useCopy();
  const server = useServer();

  async function copy(recipe: typeof asCurl, done: string): Promise<void> {
    if (await write(recipe(server, application, collection, query))) toast("done", done);
  }

  return (
    <Menu
      label={texts.search.copyAs}
      icon={<CodeIcon />}
      items={[
        { key: "curl", label: texts.search.copyCurl, onChoose: () => void copy(asCurl, texts.search.copiedCurl) },
        { key: "python", label: texts.search.copyPython, onChoose: () => void copy(asPython, texts.search.copiedPython) },
      ]}
    />
  );
}
