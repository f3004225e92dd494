import { Suspense, useEffect, useRef } from "react";
import { Route, Switch, useLocation } from "wouter";

import { NotFound } from "../pages/NotFound";
import { routes } from "../pages/routes";
import { useSession } from "../api/session";
import { texts } from "../texts";
import { Skeleton } from "../ui";
import { Banner } from "./Banner";
import { ErrorBoundary } from "./ErrorBoundary";
import styles from "./Shell.module.css";
import { SignIn } from "./SignIn";
import { TopBar } from "./TopBar";
import { useNoOpening } from "./useNoOpening";

/** The frame of every page. It knows no application. */
export function Shell() {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const left = useRef(location);
  const { wanted } = useSession();
  useNoOpening();

  // The link that led here is gone, and with it the place of the keyboard: it goes on where the new page begins.
  useEffect(() => {
    if (left.current !== location && document.activeElement === document.body) main.current?.focus({ preventScroll: true });
    left.current = location;
  }, [location]);

  return (
    <>
      <a className={styles["skip"]} href="#content">
        {texts.skip}
      </a>
      <TopBar />
      <Banner />
      <main ref={main} id="content" tabIndex={-1} className={styles["content"]}>
        <SignIn />
        {/* What was refused has nothing to show; what was being typed when a session ended is there again after it. */}
        <div hidden={wanted}>
          <ErrorBoundary key={location}>
            <Suspense fallback={<Loading />}>
              <Switch>
                {routes.map(({ path, Page }) => (
                  <Route key={path} path={path} component={Page} />
                ))}
                <Route component={NotFound} />
              </Switch>
            </Suspense>
          </ErrorBoundary>
        </div>
      </main>
    </>
  );
}

function Loading() {
  return (
    <div className={styles["loading"]} role="status" aria-label={texts.loading}>
      <Skeleton width="min(20rem, 60%)" height="2.25rem" />
      <Skeleton height="60vh" />
    </div>
  );
}
