import type { BaselineSource } from "../../domain/change/comparison.ts";
import { GIVEN_REPORT } from "../../domain/target.ts";
import { age } from "./phrases.ts";

/** Renders untrusted text: as a code span, or as plain text. */
type Show = (untrusted: string) => string;

/** Describes a baseline: ``the report of `main` (commit `3f1c9a7e5b2d`, 2 days old, for `linux/amd64`)``. */
export function baselineWords(source: BaselineSource, now: Date, show: Show): string {
  const { commit, madeAt, platform } = source;
  const old = madeAt === undefined ? undefined : age(madeAt, now);
  const details = [
    commit === undefined ? "" : `commit ${show(commit.slice(0, 12))}`,
    old === undefined ? "" : `${old} old`,
    platform === undefined ? "" : `for ${show(platform)}`,
  ].filter((part) => part !== "");
  return `${nameOf(source, show)}${details.length === 0 ? "" : ` (${details.join(", ")})`}`;
}

function nameOf({ kind, branch, given, image }: BaselineSource, show: Show): string {
  if (kind === "run") return `the report of ${show(branch ?? "the default branch")}`;
  const name = show(given ?? image ?? "");
  switch (kind) {
    case "report":
      return `the report ${name}`;
    case GIVEN_REPORT:
      return `the scanner's report ${name}`;
    case "sbom":
      return `the SBOM ${name}`;
    case "image":
      return name;
  }
}
