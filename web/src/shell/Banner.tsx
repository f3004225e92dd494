import { texts } from "../texts";
import { AlertIcon } from "../ui/icons";
import styles from "./Banner.module.css";
import { useServerState } from "./readiness";

/** Says that the server is away or not ready; it goes by itself. */
export function Banner() {
  const { kind, why } = useServerState();
  const text =
    kind === "away" ? texts.server.awayBanner : kind === "waiting" ? texts.server.notReadyBanner(why) : undefined;
  return (
    <div role="status">
      {text && (
        <p className={styles["banner"]} data-kind={kind}>
          <AlertIcon />
          {text}
        </p>
      )}
    </div>
  );
}
