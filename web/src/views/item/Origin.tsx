import type { Item } from "../../api/types";
import { texts, when } from "../../texts";
import { Copyable, Fact } from "../../ui";

/** What the server itself knows of an item, as facts: its key, when it came, its id. */
export function Origin({ item }: { item: Item }) {
  return (
    <>
      {item.key && <Fact name={texts.item.key}>{item.key}</Fact>}
      <Fact name={texts.item.added}>{when(item.created_at)}</Fact>
      <Fact name={texts.item.id}>
        <Copyable text={item.id} label={texts.item.copyId} />
      </Fact>
    </>
  );
}
