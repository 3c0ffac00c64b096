import type { BaselineSource } from "../../domain/change/comparison.ts";
import { GIVEN_REPORT } from "../../domain/target.ts";
import { code, type Inline, isEmpty, join, say } from "../tree.ts";
import { age } from "./phrases.ts";

/** Longest name, in UTF-16 units. */
const NAME = 100;

/** Describes a baseline: ``the report of `main` (commit `3f1c9a7e5b2d`, 2 days old, for `linux/amd64`)``. */
export function baselineWords(source: BaselineSource, now: Date): Inline {
  const { commit, madeAt, platform } = source;
  const old = madeAt === undefined ? undefined : age(madeAt, now);
  const details = [
    commit === undefined ? "" : say`commit ${code(commit.slice(0, 12))}`,
    old === undefined ? "" : `${old} old`,
    platform === undefined ? "" : say`for ${code(platform, NAME)}`,
  ];
  const about = join(", ", details);
  return isEmpty(about) ? nameOf(source) : say`${nameOf(source)} (${about})`;
}

function nameOf({ kind, branch, given, image }: BaselineSource): Inline {
  if (kind === "run") return say`the report of ${code(branch ?? "the default branch", NAME)}`;
  const name = code(given ?? image ?? "", NAME);
  switch (kind) {
    case "report":
      return say`the report ${name}`;
    case GIVEN_REPORT:
      return say`the scanner's report ${name}`;
    case "sbom":
      return say`the SBOM ${name}`;
    case "image":
      return name;
  }
}
