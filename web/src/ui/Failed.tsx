import type { ReactNode } from "react";

import { texts } from "../texts";
import { Button } from "./Button";
import { EmptyState } from "./EmptyState";
import { AlertIcon } from "./icons";

interface FailedProps {
  title: string;
  /** Tries again; without it, there is nothing to try. */
  onRetry?: (() => unknown) | undefined;
  /** Why, or what to do. */
  children?: ReactNode;
}

/** Stands where content would be that could not be had. */
export function Failed({ title, onRetry, children }: FailedProps) {
  return (
    <EmptyState
      kind="failed"
      icon={<AlertIcon />}
      title={title}
      action={onRetry && <Button onClick={() => onRetry()}>{texts.retry}</Button>}
    >
      {children}
    </EmptyState>
  );
}
