import { asClause } from "../domain/one-line.ts";
import type { RunChange } from "./job.ts";

/** Facts about a run that decide whether it may write the history and the issues. */
interface WritingRun extends Pick<RunChange, "trigger" | "problem" | "defaultBranch"> {
  /** `run`, `pipeline`. */
  readonly noun: string;
  /** The branch that it is on; undefined: a tag, or a change that is not merged. */
  readonly branch?: string | undefined;
}

/** Triggers that only an account with push rights can cause, of runs on a branch as it is. */
const WRITING: ReadonlySet<string> = new Set(["schedule", "push", "workflow_dispatch", "web"]);

/**
 * Why a run must not write data that outlives it, as a clause; undefined if it may. Only the default branch's own runs
 * do. An image that another branch or a change declares does not run yet, and its author must not be able to change the
 * history.
 */
export function readOnlyBecause({ noun, trigger, problem, branch, defaultBranch }: WritingRun): string | undefined {
  if (problem !== undefined) return asClause(problem);
  if (!WRITING.has(trigger)) return `a ${noun} on \`${trigger}\` does not write it`;
  if (branch === undefined) return `this ${noun} is on no branch`;
  if (defaultBranch === undefined) return "it is not known which branch is the default one";
  if (branch === defaultBranch) return undefined;
  return `this ${noun} is on ${JSON.stringify(branch)} and only ${noun}s of the default branch, ${JSON.stringify(defaultBranch)}, write it`;
}
