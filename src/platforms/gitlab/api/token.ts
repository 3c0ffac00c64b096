import type { World } from "../../../system/world.ts";

/** How the API is asked. */
export interface Token {
  readonly value: string;
  /** The job's own token: it may read, and write neither notes nor issues. */
  readonly isJobToken: boolean;
}

/**
 * The token of the input or of GITLAB_TOKEN; else the job's own. A job's token that is given as the input stays one:
 * GitLab takes it by its own header only.
 * @param given the input `token`; empty: none
 */
export function tokenOf(given: string, env: World["env"]): Token | undefined {
  const { CI_JOB_TOKEN: ofJob = "", GITLAB_TOKEN: ofVariable = "" } = env;
  for (const value of [given, ofVariable, ofJob].map((each) => each.trim()))
    if (value !== "") return { value, isJobToken: value === ofJob || value.startsWith("glcbt-") };
  return undefined;
}
