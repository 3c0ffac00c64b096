import { unique } from "../collections.ts";
import { ecosystemOf, type Finding } from "../finding.ts";
import { type Plan, upgradesIn } from "../fix-plan.ts";
import { memoize } from "../memoize.ts";
import { OLDER_FIX } from "../upgrade/plan.ts";
import { advisedVersions, clearingVersion, isCleared } from "../upgrade/smallest-fix.ts";
import type { PackageRow } from "./package-rows.ts";

/** The fix for a row's findings, or the reason why there is none. All texts are untrusted. */
export type RowFix =
  | {
      /** The version, or all versions that are named as fixes if their order is unknown. */
      readonly to: readonly string[];
      /** Number of the row's vulnerabilities that it clears. */
      readonly clears: number;
      readonly of: number;
    }
  | { readonly to?: undefined; readonly none: string };

/** Returns the fix for a row's findings. Undefined if it has no vulnerabilities. */
export type RowFixes = (row: PackageRow) => RowFix | undefined;

/**
 * Makes a function that returns the fix for a row's findings: the version that the fix plan names for its package, so
 * plan and table agree. If the plan has none, it is the lowest version that clears all findings with a fix. If some
 * findings have no fix, it has the number of the others; if no finding has one, the reason. Each row is examined once.
 */
export function rowFixes(plan: Pick<Plan, "steps">): RowFixes {
  const adviceOn = fixAdvisor();
  const planned = Map.groupBy(upgradesIn(plan), (upgrade) => upgrade.package);
  return memoize(({ packages, findings }: PackageRow): RowFix | undefined => {
    const vulnerabilities = findings.map(({ finding }) => finding).filter(({ kind }) => kind === "vulnerability");
    const [first] = vulnerabilities;
    if (first === undefined) return undefined;
    const of = vulnerabilities.length;
    const upgrades = packages.flatMap(({ name, type, version }) =>
      (planned.get(name) ?? []).filter((each) => each.type === type && each.from === version),
    );
    const [to, ...others] = new Set(upgrades.map((upgrade) => upgrade.to));
    if (to !== undefined && others.length === 0) {
      const cleared = new Set(upgrades.flatMap((each) => each.ids.map((id) => `${each.package}\0${id}`)));
      const clears = vulnerabilities.filter(
        ({ id, package: about, fixedVersions }) =>
          about !== undefined &&
          (cleared.has(`${about.name}\0${id}`) || isCleared(ecosystemOf(about), about.version, to, fixedVersions)),
      ).length;
      if (clears > 0) return { to: [to], clears, of };
    }
    const fixable = vulnerabilities.filter((finding) => adviceOn(finding).to !== undefined);
    if (fixable.length === 0) return { none: adviceOn(first).none ?? "" };
    const named = unique(fixable.flatMap((finding) => adviceOn(finding).to ?? []));
    return { to: named.length === 1 ? named : clearing(fixable, named), clears: fixable.length, of };
  });
}

/**
 * With more lists of fixes than this, no version is computed: the search takes quadratic time if they are alternatives.
 */
const MOST_COMPARED = 500;

/** The version that clears all of them, or all named versions if their order is unknown. */
function clearing(fixable: readonly Finding[], named: readonly string[]): readonly string[] {
  const about = fixable[0]?.package;
  const lists = unique(fixable.map(({ fixedVersions }) => fixedVersions));
  if (about === undefined || lists.length > MOST_COMPARED) return named;
  const one = clearingVersion(ecosystemOf(about), about.version, lists);
  return one === undefined ? named : [one];
}

/**
 * The fix for one vulnerability: the version that the fix plan would name for it alone (several if their order is
 * unknown), or the reason why there is none. All of it is untrusted.
 */
export type FixAdvice =
  | { readonly to: readonly [string, ...string[]]; readonly none?: undefined }
  | { readonly to?: undefined; readonly none: string };

/**
 * Makes a function that returns the advice for a finding, the same object for the same advice. Findings share packages
 * and fixed versions, and comparing versions is slow. So each comparison is made only once.
 */
export function fixAdvisor(): (finding: Finding) => FixAdvice {
  const known = new Map<string, FixAdvice>();
  return (finding) => {
    const { package: about, fixedVersions, status } = finding;
    const isFixed = fixedVersions.length > 0;
    const key = JSON.stringify(isFixed ? [about && ecosystemOf(about), about?.version, fixedVersions] : status);
    const advice = known.get(key) ?? adviceOn(finding);
    known.set(key, advice);
    return advice;
  };
}

function adviceOn({ package: about, fixedVersions, status }: Finding): FixAdvice {
  if (fixedVersions.length === 0) return { none: statusWords(status) };
  const [first, ...others] =
    about === undefined ? fixedVersions : advisedVersions(ecosystemOf(about), about.version, fixedVersions);
  return first === undefined ? { none: OLDER_FIX } : { to: [first, ...others] };
}

const STATUS: ReadonlyMap<string, string> = new Map([
  ["affected", "no fix yet"],
  ["will_not_fix", "vendor will not fix it"],
  ["fix_deferred", "vendor deferred the fix"],
  ["end_of_life", "end of life: no fix will come"],
  ["under_investigation", "vendor is looking into it"],
  ["not_affected", "vendor says not affected"],
  ["unknown", "no fix known"],
  ["fixed", "fixed in a version not named"],
]);

/** The vendor's status in plain words. An unknown status is returned unchanged (untrusted). */
export function statusWords(status: string): string {
  return STATUS.get(status) ?? status;
}
