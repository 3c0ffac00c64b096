import { GateError } from "../errors.ts";

/** Longest name that is taken. Git itself is bounded by the file system, at 255 bytes for each part. */
const LONGEST = 200;

/**
 * What is wrong with a branch's name, as the end of a sentence: rules of `git check-ref-format --branch`, and two of
 * platforms.
 */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/^$/, "it is empty"],
  [/[\p{C}\p{Z}~^:?*[\\]/u, "it has a space, a control character or one of `~^:?*[\\`"],
  [/\.\./, "it has two dots in a row"],
  [/@\{|^@$/, "it has `@{` in it, or is `@`"],
  [/^\/|\/$|\/\//, "a slash begins or ends it, or two stand in a row"],
  [/(?:^|\/)\./, "a part of it begins with a dot"],
  [/\.lock(?:\/|$)/, "a part of it ends in `.lock`"],
  [/\.$/, "it ends in a dot"],
  [/^-/, "it begins with a hyphen"],
  [/^refs\//, "it begins with `refs/`: the name alone is wanted"],
  [/^HEAD$/, "git means something else by it"],
  [/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/i, "it looks like a commit"],
];

/**
 * Holds a branch's name to what git and platforms allow.
 * @throws GateError `state-branch-invalid`
 */
export function checkBranchName(name: string): void {
  const wrong = RULES.find(([pattern]) => pattern.test(name))?.[1];
  const why = wrong ?? (Buffer.byteLength(name) > LONGEST ? `it is longer than ${LONGEST} bytes` : undefined);
  if (why !== undefined)
    throw new GateError(
      "state-branch-invalid",
      `${JSON.stringify(name.slice(0, LONGEST))} cannot be the name of a branch for the state: ${why}`,
      "Correct `state-branch`, or leave it at its default, `image-gate-state`.",
    );
}
