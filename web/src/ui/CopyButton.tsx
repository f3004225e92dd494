import { useState } from "react";

import { texts } from "../texts";
import { IconButton } from "./Button";
import { useToast } from "./Toast";
import { CheckIcon, CopyIcon } from "./icons";
import { reason } from "../api/problem";

const SHOWN = 1_500;

/** Copies a text; `label` says which. */
export function CopyButton({ text, label = texts.copy }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const toast = useToast();

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN);
    } catch (error) {
      toast("failed", reason(error));
    }
  }

  return (
    <IconButton label={copied ? texts.copied : label} onClick={copy}>
      {copied ? <CheckIcon /> : <CopyIcon />}
    </IconButton>
  );
}
