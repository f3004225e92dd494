import { CanvasEditor, Molecule } from "openchemlib";
import { useEffect, useRef } from "react";

import styles from "./Editor.module.css";

/** The structure of a SMILES; an empty one for what the editor cannot read. */
function structureOf(smiles: string): Molecule {
  try {
    return Molecule.fromSmiles(smiles);
  } catch {
    return new Molecule(64, 64);
  }
}

/** A place to draw a structure. It is a file of its own in the build, for only few visitors draw. */
export default function Editor({ smiles, label, onChange }: {
  smiles: string;
  label: string;
  onChange: (smiles: string) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const begun = useRef(smiles);
  const latest = useRef(onChange);

  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const editor = new CanvasEditor(element, { initialMode: "molecule" });
    editor.setMolecule(structureOf(begun.current));
    editor.setOnChangeListener(({ type }) => {
      if (type === "molecule") latest.current(editor.getMolecule().toIsomericSmiles());
    });
    // In another size the editor draws anew, but where the structure was in the old one, unless it is told of a change.
    const resized = new ResizeObserver(() => editor.moleculeChanged());
    resized.observe(element);
    return () => {
      resized.disconnect();
      editor.destroy();
    };
  }, []);

  return <div ref={place} className={styles["canvas"]} role="application" aria-label={label} />;
}
