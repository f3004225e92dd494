import { useState } from "react";

import styles from "./Thumb.module.css";

type Size = 128 | 256 | 512 | 1024;

/** The preview of an item (`links.preview`), in a frame that has its size before the picture is here. */
export function Thumb({ preview, alt, size = 256, fit = "cover" }: {
  preview: string;
  alt: string;
  size?: Size;
  fit?: "cover" | "contain";
}) {
  const [failed, setFailed] = useState(false);
  return (
    <div className={styles["thumb"]} data-fit={fit}>
      {failed ? (
        <span className={styles["name"]}>{alt}</span>
      ) : (
        <img
          src={`${preview}?size=${size}`}
          alt={alt}
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setFailed(true)}
        />
      )}
    </div>
  );
}
