import { wholeNumber } from "../../../domain/run-stamp.ts";
import type { DefaultBranch } from "../../../forge/git-branch.ts";
import type { GitHubEvent } from "../event.ts";

/** Triggers that only somebody with write access can cause, of runs that are about a branch as it stands. */
const WRITING: ReadonlySet<string> = new Set(["schedule", "workflow_dispatch", "push"]);

/** What decides whether a run may write. */
export interface Circumstances {
  readonly event: GitHubEvent;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Why a run must not write the state, as a clause; undefined if it may. Only the default branch's own runs write: what
 * another branch or a pull request declares does not run yet, and its author must not be able to change the history. A
 * repetition of an old run knows only what was declared then.
 * @param ask the server; its error is thrown
 */
export async function readOnlyBecause(
  { event, env }: Circumstances,
  ask: () => Promise<DefaultBranch>,
): Promise<string | undefined> {
  const known = byTrigger(event, env);
  if (known !== undefined) return known;
  const { name: branch, commit } = await ask();
  const elsewhere = elsewhereBecause(env, branch);
  if (elsewhere !== undefined) return elsewhere;
  if ((wholeNumber(env.GITHUB_RUN_ATTEMPT) ?? 1) === 1) return undefined;
  return commit === event.runSha
    ? undefined
    : `this repeats a run of an older commit than ${JSON.stringify(branch)} has now`;
}

/**
 * The same, as far as the event alone says: for what lies outside of GitHub, where a run need not be able to ask. A
 * schedule's runs are on the default branch. Undefined outside of GitHub, too.
 */
export function readOnlyByEvent({ event, env }: Circumstances): string | undefined {
  if (event.name === "") return undefined;
  const known = byTrigger(event, env);
  if (known !== undefined) return known;
  const { defaultBranch } = event;
  return defaultBranch === undefined
    ? "the event does not say which branch is the default one"
    : elsewhereBecause(env, defaultBranch);
}

function byTrigger(event: GitHubEvent, env: Circumstances["env"]): string | undefined {
  if (event.problem !== undefined) return event.problem;
  if (!WRITING.has(event.name)) return `a run on \`${event.name}\` does not write it`;
  if (!env.GITHUB_REF?.startsWith("refs/heads/")) return "this run is on no branch";
  return undefined;
}

function elsewhereBecause(env: Circumstances["env"], branch: string): string | undefined {
  const { GITHUB_REF: ref = "" } = env;
  if (ref === `refs/heads/${branch}`) return undefined;
  return `this run is on ${JSON.stringify(ref)} and only runs of the default branch, ${JSON.stringify(branch)}, write it`;
}
