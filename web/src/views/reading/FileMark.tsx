import type { Item } from "../../api/types";
import { texts } from "../../texts";
import styles from "./FileMark.module.css";

/** What kind of text it is, drawn: a page with the name of its format, or the rows of a table. */
export function FileMark({ item, size = 32 }: { item: Item; size?: number }) {
  const label = item.links.content === null ? null : (texts.text.kinds[item.media_type ?? ""] ?? "");
  return (
    <svg
      className={styles["mark"]}
      width={size}
      height={size * 1.25}
      viewBox="0 0 32 40"
      role="img"
      aria-label={label === null ? texts.text.record : label || texts.text.file}
    >
      {label === null ? (
        <>
          <rect x="2" y="6" width="28" height="28" rx="4" data-part="page" />
          <path d="M2 15h28M2 24.5h28M12 6v28" data-part="line" />
          <rect x="2.8" y="15.8" width="26.4" height="8" data-part="wash" />
        </>
      ) : (
        <>
          <path d="M6 2h14l9 9v24a3 3 0 0 1-3 3H6a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z" data-part="page" />
          <path d="M20 2v6a3 3 0 0 0 3 3h6" data-part="line" />
          <path d="M8 17h10M8 22h16" data-part="line" />
          <text x="16" y="34" textAnchor="middle" data-part="name">
            {label}
          </text>
        </>
      )}
    </svg>
  );
}
