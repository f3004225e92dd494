import type { Job } from "../../api/types";
import { AlertIcon, CheckIcon, CloseIcon } from "../../ui/icons";
import { type Look, lookOf, stateOf } from "./job";
import styles from "./StateMark.module.css";

function drawing(look: Look) {
  switch (look) {
    case "good":
      return <CheckIcon size={14} />;
    case "stopped":
      return <CloseIcon size={14} />;
    case "mixed":
    case "bad":
      return <AlertIcon size={14} />;
    case "waiting":
    case "running":
      return <span className={styles["dot"]} />;
  }
}

/** The state of a job in words, with a shape and a colour. */
export function StateMark({ job }: { job: Job }) {
  const look = lookOf(job);
  return (
    <span className={styles["mark"]} data-look={look}>
      {drawing(look)}
      {stateOf(job)}
    </span>
  );
}
