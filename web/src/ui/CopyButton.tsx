import { useState } from "react";

import { texts } from "../texts";
import { IconButton } from "./Button";
import { useToast } from "./Toast";
import { CheckIcon, CopyIcon } from "./icons";

const SHOWN = 1_500;

/** What copies a text and tells whether it could; if not, it says so to the user. */
export function useCopy(): (text: string) => Promise<boolean> {
  const toast = useToast();
  return async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused, or not there at all, as for pages that came by plain HTTP from another machine.
      toast("failed", texts.notCopied);
      return false;
    }
  };
}

/** Copies a text; `label` says which. */
export function CopyButton({ text, label = texts.copy }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = useCopy();

  async function press(): Promise<void> {
    if (!(await copy(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), SHOWN);
  }

  return (
    <IconButton label={copied ? texts.copied : label} onClick={press}>
      {copied ? <CheckIcon /> : <CopyIcon />}
    </IconButton>
  );
}
