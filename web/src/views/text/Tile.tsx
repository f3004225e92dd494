import { useQuery } from "@tanstack/react-query";

import { collections } from "../../api/collections";
import { keys } from "../../api/queries";
import { FileMark } from "../reading/FileMark";
import { bodyOf, passageOf } from "../reading/passage";
import { languageOf, titleOf } from "../reading/titles";
import type { TileProps } from "../view";
import styles from "./Tile.module.css";

// More than there is room for.
const ROOM = 300;

/** A text among many: its title, and how it begins. */
export function Tile({ collection, item }: TileProps) {
  const { application, name } = collection;
  const { data } = useQuery({
    queryKey: [...keys.item(application, name, item.id), "beginning"],
    queryFn: ({ signal }) => collections.segments(application, name, item.id, 0, 1, signal),
  });
  const first = data?.segments[0] && passageOf(data.segments[0]);
  return (
    <div className={styles["tile"]}>
      {/* Spaces for those who read it as one text. */}
      <FileMark item={item} size={26} />{" "}
      <div className={styles["text"]}>
        <strong>{titleOf(item)}</strong>{" "}
        <p lang={languageOf(item)} dir="auto">
          {first && (first.answer ?? first.text.slice(bodyOf(first))).slice(0, ROOM)}
        </p>
      </div>
    </div>
  );
}
