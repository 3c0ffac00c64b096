import { GateError } from "../system/errors.ts";

/** The branch's name in messages. */
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

/** Longest name that is taken. Git itself is bounded by the file system, at 255 bytes for each part. */
const LONGEST = 200;

/** A part between slashes. Git takes more signs than these (`git check-ref-format`), but fewer in some places. */
const PART = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_+@#-]|\.(?!\.|lock$|$))*$/u;

/** Git gives these another meaning, and platforms take a name that looks like a commit for a commit. */
const OTHER = /^(?:refs\/.*|HEAD|[0-9a-f]{40}(?:[0-9a-f]{24})?)$/is;

/**
 * Checks that git and platforms allow a branch's name.
 * @throws GateError `state-branch-invalid`
 */
export function checkBranchName(name: string): void {
  const isGood = name.split("/").every((part) => PART.test(part)) && Buffer.byteLength(name) <= LONGEST;
  if (isGood && !OTHER.test(name)) return;
  throw new GateError(
    "state-branch-invalid",
    `${JSON.stringify(name.slice(0, LONGEST))} cannot be the name of a branch for the state`,
    "Use letters, digits, `_` and `-`, with single dots and slashes between them, and at most 200 bytes. `HEAD`, `refs/…` and what looks like a commit are refused. Or leave `state-branch` at its default, `image-gate-state`.",
  );
}
