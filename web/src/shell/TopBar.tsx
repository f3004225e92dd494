import { Link, useLocation } from "wouter";

import { useActiveJobs } from "../api/jobs";
import { navigation } from "../pages/routes";
import { texts } from "../texts";
import { SessionMenu } from "./SignIn";
import { ThemeMenu } from "./ThemeMenu";
import styles from "./TopBar.module.css";
import { useServerState } from "./readiness";

const JOBS = "/jobs";
const MANY = 9;

export function TopBar() {
  const [location] = useLocation();
  return (
    <header className={styles["bar"]}>
      <div className={styles["inner"]}>
        <Link href="/" className={styles["brand"]}>
          <Mark />
          {texts.product}
        </Link>
        <nav aria-label={texts.navigation.label} className={styles["navigation"]}>
          {navigation.map(({ href, label }) => (
            <Link
              key={href}
              href={href}
              className={styles["link"]}
              aria-current={location === href ? "page" : undefined}
            >
              {label}
              {href === JOBS && <ActiveJobs />}
            </Link>
          ))}
          <a className={styles["link"]} href="/docs">
            {texts.navigation.documentation}
          </a>
        </nav>
        <div className={styles["tools"]}>
          <ServerDot />
          <SessionMenu />
          <ThemeMenu />
        </div>
      </div>
    </header>
  );
}

/** How many jobs are at work; it lies over the link, so that it moves nothing as it comes and goes. */
function ActiveJobs() {
  const { data } = useActiveJobs();
  if (!data?.length) return null;
  return (
    <span className={`${styles["badge"] ?? ""} figures`}>
      <span aria-hidden="true">{data.length > MANY ? texts.jobs.many(MANY) : data.length}</span>
      <span className="unseen">, {texts.jobs.active(data.length)}</span>
    </span>
  );
}

function Mark() {
  return (
    <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
      <circle cx="9.5" cy="13" r="7.5" fill="currentColor" />
      <circle cx="16.5" cy="13" r="7.5" fill="none" stroke="currentColor" strokeWidth="2" />
    </svg>
  );
}

function ServerDot() {
  const { kind, why } = useServerState();
  const text = kind === "ready" ? texts.server.ready : kind === "waiting" ? texts.server.waiting(why) : why;
  return (
    <span className={styles["state"]} data-kind={kind} title={text}>
      <span className="unseen">{text}</span>
    </span>
  );
}
