import { useState } from "react";

import { texts } from "../../texts";
import { Button, Dialog, DialogActions } from "../../ui";
import { CropIcon, SearchIcon } from "../../ui/icons";
import styles from "./RegionDialog.module.css";
import { RegionPicker } from "./RegionPicker";
import { type Region, tidy } from "./query";

interface RegionDialogProps {
  picture: string;
  name: string;
  region: Region | null;
  /** Null means the whole picture. */
  onDone: (region: Region | null) => void;
  onClose: () => void;
}

/** Asks which part of a picture counts. */
export function RegionDialog({ picture, name, region, onDone, onClose }: RegionDialogProps) {
  const [drawn, setDrawn] = useState(region);
  return (
    <Dialog title={texts.image.regionTitle} size="wide" onClose={onClose}>
      <p className={styles["help"]}>{texts.image.regionHelp}</p>
      <div className={styles["stage"]}>
        <div className={styles["picture"]}>
          <img src={picture} alt={name} draggable={false} />
          <RegionPicker region={drawn} onChange={setDrawn} />
        </div>
      </div>
      <DialogActions>
        <Button kind="quiet" onClick={() => onDone(null)}>
          <CropIcon />
          {texts.image.regionWhole}
        </Button>
        <Button kind="primary" disabled={!drawn} onClick={() => onDone(drawn && tidy(drawn))}>
          <SearchIcon />
          {texts.image.regionSearch}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
