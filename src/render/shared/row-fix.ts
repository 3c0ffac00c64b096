import { ecosystemOf, type Finding, type FindingPackage } from "../../domain/finding.ts";
import type { Upgrade } from "../../domain/fix-plan.ts";
import { type Plan, upgradesIn } from "../../domain/fix-plan.ts";
import { advisedVersions, clearingVersion, isOnlyOlder } from "../../domain/upgrade/smallest-fix.ts";
import { compareVersions } from "../../domain/versions/compare.ts";
import { text, version } from "../markdown/markdown.ts";
import { fixAdvisor } from "./fix.ts";
import type { PackageRow } from "./package-rows.ts";
import { number } from "./phrases.ts";

/** Says what clears a row's findings, as Markdown. Empty if it has no vulnerabilities. */
export type RowFix = (row: PackageRow) => string;

/**
 * Makes a function that says what clears a row's findings: the version that the fix plan names for its package, so that plan
 * and table name the same one. If the plan has none, the lowest version that clears all findings that have a fix. If that is
 * not all of them, of how many it is true; if there is none, why.
 */
export function rowFixes(plan: Plan): RowFix {
  const none = fixAdvisor();
  const planned = Map.groupBy(upgradesIn(plan), ({ type, package: name, from }) => keyOf(type, name, from));
  return ({ packages, findings }) => {
    const vulnerabilities = findings.map(({ finding }) => finding).filter(({ kind }) => kind === "vulnerability");
    const [first] = vulnerabilities;
    if (first === undefined) return "";
    const upgrades = packages.flatMap(({ type, name, version: from }) => planned.get(keyOf(type, name, from)) ?? []);
    const [to, ...others] = new Set(upgrades.map((upgrade) => upgrade.to));
    if (to !== undefined && others.length === 0) {
      const ids = new Set(upgrades.flatMap(({ package: name, ids: all }) => all.map((id) => keyOf(name, id))));
      const cleared = vulnerabilities.filter((finding) => isCleared(finding, to, ids));
      if (cleared.length > 0) return words([to], cleared.length, vulnerabilities.length);
    }
    const fixable = vulnerabilities.filter(hasFix);
    if (fixable.length === 0) return text(none(first).none ?? "", 60);
    return words(clearing(fixable), fixable.length, vulnerabilities.length);
  };
}

function keyOf(...parts: readonly string[]): string {
  return parts.join("\0");
}

/** Whether the plan says that a version clears the finding, or its advisory does. */
function isCleared(finding: Finding, to: Upgrade["from"], planned: ReadonlySet<string>): boolean {
  const { package: about, fixedVersions, id } = finding;
  if (about === undefined) return false;
  if (planned.has(keyOf(about.name, id))) return true;
  if (!hasFix(finding)) return false;
  return advised(about, fixedVersions).some((each) => (compareVersions(ecosystemOf(about), each, to) ?? 1) <= 0);
}

function advised(about: FindingPackage, fixes: readonly string[]): readonly string[] {
  return advisedVersions(ecosystemOf(about), about.version, fixes);
}

function words(versions: readonly string[], cleared: number, of: number): string {
  const shown = versions.slice(0, 2).map((each) => `**${version(each)}**`);
  const more = versions.length > shown.length ? " or …" : "";
  const some = cleared === of ? "" : ` for ${number(cleared)} of ${number(of)}`;
  return `→ ${shown.join(" or ")}${more}${some}`;
}

/** Whether there is a fix that is not older than what is installed. */
function hasFix({ package: about, fixedVersions }: Finding): boolean {
  if (fixedVersions.length === 0) return false;
  return about === undefined || !isOnlyOlder(ecosystemOf(about), about.version, fixedVersions);
}

/** The version that clears all, or all versions that are named as fixes if their order is not known. */
function clearing(fixable: readonly Finding[]): readonly string[] {
  const [first] = fixable;
  const lists = fixable.map(({ fixedVersions }) => fixedVersions);
  const about = first?.package;
  const one = about === undefined ? undefined : clearingVersion(ecosystemOf(about), about.version, lists);
  return one === undefined ? [...new Set(lists.flat())] : [one];
}
