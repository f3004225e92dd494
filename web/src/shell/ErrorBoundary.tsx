import { Component, type ReactNode } from "react";

import { reason } from "../api/problem";
import { texts } from "../texts";
import { Button, EmptyState } from "../ui";
import { AlertIcon } from "../ui/icons";

/** Keeps a page that fails from taking the frame with it. Give it a `key`, so that another page begins afresh. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    return (
      <EmptyState
        kind="failed"
        icon={<AlertIcon />}
        title={texts.problem.unexpected}
        action={
          <Button kind="primary" onClick={() => location.reload()}>
            {texts.problem.reload}
          </Button>
        }
      >
        {texts.problem.unexpectedHelp} ({reason(this.state.error)})
      </EmptyState>
    );
  }
}
