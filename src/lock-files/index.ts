import { join } from "node:path";
import type { Target } from "../domain/target.ts";
import { tryOr } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import { npmRanges, type RangeAnswer, type RangeQuestion } from "./npm-ranges.ts";

/** Real lock files have a few MiB; a plan for more than these would not be read. */
const MAX_BYTES = 32 * 1024 * 1024;
const MOST_FILES = 30;

/** A question about a package of one lock file. */
export interface LockQuestion extends RangeQuestion {
  /** The lock file's path within the target. */
  readonly path: string;
}

/**
 * Answers from the lock files of a folder that was scanned, by the rules for given files. Never throws: what cannot be
 * read answers nothing, and the plan then has no command.
 */
export function askLockFiles(
  { kind, input }: Pick<Target, "kind" | "input">,
  questions: readonly LockQuestion[],
  folders: Pick<World, "workspace" | "temp">,
): Map<LockQuestion, RangeAnswer> {
  const answers = new Map<LockQuestion, RangeAnswer>();
  if (kind !== "path") return answers;
  const asked = questions.filter(({ path }) => /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(path));
  for (const [path, about] of [...Map.groupBy(asked, (question) => question.path)].slice(0, MOST_FILES)) {
    const text = textOf(join(input, path), folders);
    if (text === undefined) continue;
    for (const [index, answer] of npmRanges(text, about).entries())
      if (answer !== undefined) answers.set(about[index] as LockQuestion, answer);
  }
  return answers;
}

function textOf(path: string, folders: Pick<World, "workspace" | "temp">): string | undefined {
  return tryOr(
    () => readGivenFile({ what: "lock file", path, maxBytes: MAX_BYTES }, folders).toString("utf8"),
    undefined,
  );
}
