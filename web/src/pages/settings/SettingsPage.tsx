import { type ReactNode, useId } from "react";

import { useApplications } from "../../api/queries";
import { useServer, useSession } from "../../api/session";
import { useSignOut } from "../../shell/SignIn";
import { THEMES, useTheme } from "../../shell/theme";
import { bytes, texts } from "../../texts";
import { Button, Fact, Facts, Skeleton } from "../../ui";
import { OpenIcon } from "../../ui/icons";
import { Snippet } from "../Snippet";
import { usePageTitle } from "../title";
import { ServerState } from "./ServerState";
import styles from "./SettingsPage.module.css";
import { commandLine, python } from "./programs";

/** The server's state and limits, who we are to it, how the page looks, and how programs use it. */
export default function SettingsPage() {
  usePageTitle(texts.settings.title);
  return (
    <div className={styles["page"]}>
      <h1>{texts.settings.title}</h1>
      <div className={styles["columns"]}>
        <div className={styles["column"]}>
          <Section title={texts.settings.server}>
            <ServerState />
          </Section>
          <Section title={texts.settings.limits}>
            <Limits />
          </Section>
          <Section title={texts.settings.access}>
            <Access />
          </Section>
        </div>
        <div className={styles["column"]}>
          <Appearance />
          <Section title={texts.settings.developers}>
            <Programs />
          </Section>
        </div>
      </div>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const heading = useId();
  return (
    <section className={styles["section"]} aria-labelledby={heading}>
      <h2 id={heading}>{title}</h2>
      {children}
    </section>
  );
}

function Limits() {
  const { data } = useApplications();
  const limits = data?.limits;
  const facts = [
    [texts.settings.version, data?.version],
    [texts.settings.maxUpload, limits && bytes(limits.max_upload)],
    [texts.settings.maxRequest, limits && bytes(limits.max_request)],
    [texts.settings.maxQueryMedia, limits && bytes(limits.max_query_media)],
    [texts.settings.depth, limits && texts.settings.depthValue(limits.search_depth)],
  ] as const;
  return (
    <Facts>
      {facts.map(([name, value]) => (
        <Fact key={name} name={name}>
          {value ?? <Skeleton width="5rem" height="1.2rem" />}
        </Fact>
      ))}
    </Facts>
  );
}

function Access() {
  const session = useSession();
  const end = useSignOut();
  if (session.name === null) return <p>{texts.settings.noKey}</p>;
  return (
    <>
      <p>{texts.settings.signedIn(session.name)}</p>
      <Button className={styles["start"]} busy={end.isPending} onClick={() => end.mutate()}>
        {texts.session.end}
      </Button>
    </>
  );
}

function Appearance() {
  const name = useId();
  const [theme, setTheme] = useTheme();
  return (
    <fieldset className={styles["section"]}>
      <legend>
        <h2>{texts.settings.appearance}</h2>
      </legend>
      <div className={styles["choices"]}>
        {THEMES.map((one) => (
          <label key={one} className={styles["choice"]}>
            <input type="radio" name={name} checked={one === theme} onChange={() => setTheme(one)} />
            {texts.theme[one]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

const PAGES = [
  ["/docs", texts.settings.api],
  ["/redoc", texts.settings.reference],
  ["/openapi.json", texts.settings.schema],
] as const;

function Programs() {
  const server = useServer();
  return (
    <>
      <ul className={styles["links"]}>
        {PAGES.map(([href, label]) => (
          <li key={href}>
            <a href={href}>
              {label}
              <OpenIcon size={14} />
            </a>
          </li>
        ))}
      </ul>
      <div className={styles["program"]}>
        <h3>{texts.settings.commandLine}</h3>
        <p>{texts.settings.commandLineHelp}</p>
        <Snippet text={commandLine(server)} label={texts.models.copyCommand} />
      </div>
      <div className={styles["program"]}>
        <h3>{texts.settings.python}</h3>
        <p>{texts.settings.pythonHelp}</p>
        <Snippet text={python(server)} label={texts.settings.copyProgram} />
      </div>
    </>
  );
}
