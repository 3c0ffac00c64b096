import { GateError } from "../errors.ts";

/** Which branch, for messages. */
export function labelOf(name: string): string {
  return `the branch ${JSON.stringify(name)}`;
}

/** The branch is there, but what it holds cannot be used. */
export function unreadable(name: string, why: string, cause?: unknown): GateError {
  return new GateError(
    "state-unreadable",
    `The state on ${labelOf(name)} cannot be read: ${why}`,
    "Look at the branch; a commit before the damage can be made its newest one. Nothing is written until then.",
    { cause },
  );
}

/** The branch holds something else. */
export function foreign(name: string, what: string): GateError {
  return new GateError(
    "state-foreign",
    `The branch ${JSON.stringify(name)} is not one of Image Gate's: ${what}`,
    "Let `state-branch` name a branch that does not exist yet, or one that only Image Gate writes.",
  );
}

/**
 * A rule of the repository, or a hook of its server, keeps the branch as it is.
 * @param said what the server said
 * @param remedy what to change about the rule, in the platform's words
 */
export function protectedBranch(name: string, said: string, remedy: string): GateError {
  return new GateError("state-protected", `The server declined the push to ${labelOf(name)}: ${said}`, remedy);
}

/** @param remedy where a token comes from, in the platform's words */
export function tokenMissing(name: string, why: string, remedy: string): GateError {
  return new GateError("state-token-missing", `The state on ${labelOf(name)} cannot be read: ${why}`, remedy);
}

/**
 * The caller did not ask whether the run may write.
 * @param remedy which runs write, in the platform's words
 */
export function readOnly(name: string, why: string, remedy: string): GateError {
  return new GateError("state-read-only", `This run must not write the state on ${labelOf(name)}: ${why}`, remedy);
}
