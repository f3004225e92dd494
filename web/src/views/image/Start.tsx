import { texts } from "../../texts";
import { Thumb } from "../../ui";
import { Beginnings } from "../card/Beginnings";
import type { StartProps } from "../view";
import type { ImageQuery } from "./query";

/** Before anything was asked: pictures of the collection to begin with. */
export function Start({ application, collection, onSearch }: StartProps<ImageQuery>) {
  return (
    <Beginnings
      application={application}
      collection={collection}
      title={texts.image.start}
      help={texts.image.startHelp}
      order="-number"
      cells="pictures"
      height="100%"
      labelOf={(item) => texts.image.alikeTo(item.name)}
      onChoose={(item) => onSearch({ item_id: item.id })}
    >
      {(item) => item.links.preview && <Thumb preview={item.links.preview} alt="" />}
    </Beginnings>
  );
}
