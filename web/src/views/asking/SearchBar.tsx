import type { ReactNode, SyntheticEvent } from "react";

import { texts } from "../../texts";
import { Button } from "../../ui";
import styles from "./SearchBar.module.css";

/** The bar to ask with: a line of what is asked, `ways` to ask otherwise, the button, and `children` below. */
export function SearchBar({ line, ways, busy, asTyped = false, onSubmit, children }: {
  line: ReactNode;
  ways?: ReactNode;
  /** Without it there is no button: what is given is searched with at once. */
  busy?: boolean;
  /** It searches as one types, so a phone's keyboard has button enough. */
  asTyped?: boolean;
  onSubmit: () => void;
  children?: ReactNode;
}) {
  function submit(event: SyntheticEvent): void {
    event.preventDefault();
    onSubmit();
  }

  const button = busy !== undefined && (
    <Button type="submit" kind="primary" aria-busy={busy || undefined}>
      {texts.search.submit}
    </Button>
  );
  return (
    <div className={styles["bar"]}>
      <form
        className={styles["line"]}
        data-as-typed={asTyped || undefined}
        role="search"
        aria-label={texts.search.form}
        onSubmit={submit}
      >
        {line}
        {ways === undefined ? (
          button
        ) : (
          <div className={styles["ways"]}>
            {ways}
            {button}
          </div>
        )}
      </form>
      {children}
    </div>
  );
}
