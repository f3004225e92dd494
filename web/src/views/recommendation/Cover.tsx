import type { CSSProperties } from "react";

import { collections } from "../../api/collections";
import styles from "./Cover.module.css";

const HUES = 360;

interface Props {
  application: string;
  collection: string;
  id: string;
  name: string;
  metadata: Record<string, unknown>;
  large?: boolean;
}

/** What stands for a title: its picture, or else its first letter, in the colour of its category. */
export function Cover({ application, collection, id, name, metadata: { category, has_picture }, large = false }: Props) {
  const picture = `${collections.address(application, collection, "items", id, "preview")}?size=${large ? 512 : 128}`;
  return (
    <span
      className={styles["cover"]}
      data-large={large || undefined}
      style={coloured(typeof category === "string" ? category : name)}
      aria-hidden="true"
    >
      {has_picture === true ? <img src={picture} alt="" loading="lazy" decoding="async" /> : name.slice(0, 1)}
    </span>
  );
}

/** The same colour for the same category. */
function coloured(category: string): CSSProperties {
  let hash = 0;
  for (const character of category) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % HUES;
  return { "--hue": hash } as CSSProperties;
}
