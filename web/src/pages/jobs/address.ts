import { JOB_STATES, type JobsWanted } from "../../api/types";

/** Which jobs an address asks for; what it cannot mean is left out. */
export function wantedOf(params: URLSearchParams): JobsWanted {
  const state = JOB_STATES.find((one) => one === params.get("state"));
  const application = params.get("application");
  return { ...(application && { application }), ...(state && { state }) };
}

/** The address of those jobs. */
export function addressOf(wanted: JobsWanted): string {
  const params = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
  return params.size ? `/jobs?${params}` : "/jobs";
}
