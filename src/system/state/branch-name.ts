import { GateError } from "../errors.ts";

/** Longest name that is taken. Git itself is bounded by the file system, at 255 bytes for each part. */
const LONGEST = 200;

/** What is between slashes. Git takes more signs than these (`git check-ref-format`), but fewer in some places. */
const PART = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_+@#-]|\.(?!\.|lock$|$))*$/u;

/** Git means something else by these, and platforms take what looks like a commit for one. */
const OTHER = /^(?:refs\/.*|HEAD|[0-9a-f]{40}(?:[0-9a-f]{24})?)$/is;

/**
 * Holds a branch's name to what git and platforms allow.
 * @throws GateError `state-branch-invalid`
 */
export function checkBranchName(name: string): void {
  const isGood = name.split("/").every((part) => PART.test(part)) && Buffer.byteLength(name) <= LONGEST;
  if (isGood && !OTHER.test(name)) return;
  throw new GateError(
    "state-branch-invalid",
    `${JSON.stringify(name.slice(0, LONGEST))} cannot be the name of a branch for the state`,
    "Take letters, digits, `_` and `-`, with single dots and slashes between them, and at most 200 bytes. `HEAD`, `refs/…` and what looks like a commit are refused. Or leave `state-branch` at its default, `image-gate-state`.",
  );
}
