import { Suspense, lazy, useState } from "react";

import { texts } from "../../texts";
import { Button, Dialog, DialogActions, Skeleton } from "../../ui";

const Editor = lazy(() => import("./Editor"));

/** Draw a structure to ask with. */
export function DrawDialog({ smiles, onUse, onClose }: {
  smiles: string;
  onUse: (smiles: string) => void;
  onClose: () => void;
}) {
  const [drawn, setDrawn] = useState(smiles);
  return (
    <Dialog title={texts.molecule.drawTitle} size="wide" onClose={onClose}>
      <p>{texts.molecule.drawHelp}</p>
      <Suspense fallback={<Skeleton height="min(27rem, 60vh)" />}>
        <Editor smiles={smiles} label={texts.molecule.canvas} onChange={setDrawn} />
      </Suspense>
      <DialogActions>
        <Button onClick={onClose}>{texts.cancel}</Button>
        <Button kind="primary" disabled={!drawn} onClick={() => onUse(drawn)}>
          {texts.molecule.useDrawing}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
