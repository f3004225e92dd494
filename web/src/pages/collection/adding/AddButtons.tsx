import { type ChangeEvent, useEffect, useRef } from "react";

import type { Chosen } from "../../../api/delivery";
import { texts } from "../../../texts";
import { Button } from "../../../ui";
import { PlusIcon } from "../../../ui/icons";
import styles from "./Adding.module.css";
import { chosenOf } from "./dropped";

/** Choose files, or a whole folder, to add. */
export function AddButtons({ primary = false, onChoose }: { primary?: boolean; onChoose: (chosen: Chosen[]) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  // React knows no such attribute, and browsers know no other way to choose a folder.
  useEffect(() => folder.current?.setAttribute("webkitdirectory", ""), []);

  function choose(event: ChangeEvent<HTMLInputElement>): void {
    const chosen = chosenOf([...(event.target.files ?? [])]);
    // So that the same file can be chosen again.
    event.target.value = "";
    if (chosen.length) onChoose(chosen);
  }

  return (
    <div className={styles["buttons"]}>
      <Button kind={primary ? "primary" : "secondary"} onClick={() => files.current?.click()}>
        <PlusIcon />
        {texts.adding.files}
      </Button>
      <Button onClick={() => folder.current?.click()}>{texts.adding.folder}</Button>
      <input ref={files} type="file" multiple hidden onChange={choose} aria-label={texts.adding.files} />
      <input ref={folder} type="file" multiple hidden onChange={choose} aria-label={texts.adding.folder} />
    </div>
  );
}
