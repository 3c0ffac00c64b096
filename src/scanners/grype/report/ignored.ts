import { GateError } from "../../../system/errors.ts";
import { GRYPE, type IgnoredMatch, type IgnoreRule, ignoredSchema } from "./schema.ts";

/** Rules that Grype applies by default, since headers are not a kernel (its `cli/commands/root.go`). */
const KERNEL_HEADERS: ReadonlyMap<string, RegExp> = new Map([
  ["rpm kernel-headers kernel", /^kernel-headers$/],
  ["deb linux(-.*)?-headers-.* linux.*", /^linux(?:-.*)?-headers-/],
  ["deb linux-headers-.* linux.*", /^linux-headers-/],
  ["deb linux-libc-dev linux", /^linux-libc-dev$/],
  ["deb linux-kbuild-.* linux.*", /^linux-kbuild-/],
]);

/** Reasons given by its matchers: the distribution's package that owns the files is not affected. */
const OWNED: ReadonlySet<string> = new Set(["Explicit APK NAK", "DistroPackageFixed", "CPE not vulnerable"]);
const OWNED_KEYS: ReadonlySet<string> = new Set("vulnerability reason include-aliases package match-type".split(" "));

/**
 * Requires that Grype's built-in rules alone have left out the rows that the report lists as ignored. A configuration
 * file, a variable or an option can add other rules, which this policy has not decided. An added rule can have the same
 * text as a built-in one, but then it is among the settings.
 * @param told the rules among the report's settings
 * @returns the number of rows that it has left out
 * @throws GateError `report-filtered`
 */
export function requireBuiltInRules(rows: readonly unknown[], told: readonly IgnoreRule[]): number {
  for (const [index, row] of rows.entries()) {
    const ignored = GRYPE.checked(ignoredSchema, row, ["ignoredMatches", index]);
    const { appliedIgnoreRules: rules } = ignored;
    if (rules.length > 0 && rules.some((rule) => isBuiltIn(rule, ignored, told))) continue;
    throw new GateError(
      "report-filtered",
      `Grype was configured to leave findings out: \`ignoredMatches[${index}]\` of ${rows.length} was ignored by a rule that is not its own`,
      "Run Grype without `ignore` rules, `--only-fixed`, `--ignore-states`, VEX documents and `.grype.yaml`, and write what is accepted into the policy.",
    );
  }
  return rows.length;
}

function isBuiltIn(rule: IgnoreRule, ignored: IgnoredMatch, told: readonly IgnoreRule[]): boolean {
  // Grype lists its rules for headers among its settings.
  return isKernelRule(rule, ignored) || (isOwnersRule(rule, ignored) && !told.some(({ reason }) => isOwners(reason)));
}

function isOwners(reason: string | null | undefined): boolean {
  return OWNED.has(reason ?? "");
}

function isKernelRule({ package: about, ...rule }: IgnoreRule, { artifact, matchDetails }: IgnoredMatch): boolean {
  const hasOther = Object.entries(rule).some(([key, value]) => key !== "match-type" && isSet(value));
  const names = KERNEL_HEADERS.get([artifact.type, about?.name, about?.["upstream-name"]].join(" "));
  const matches = [rule["match-type"], ...(matchDetails ?? []).map(({ type }) => type)];
  return (
    !hasOther &&
    about?.type === artifact.type &&
    names?.test(artifact.name) === true &&
    matches.every((each) => each === "exact-indirect-match")
  );
}

/** Such a rule is about this one advisory. */
function isOwnersRule(rule: IgnoreRule, { vulnerability, relatedVulnerabilities }: IgnoredMatch): boolean {
  const isOther = Object.entries(rule).some(([key, value]) => !OWNED_KEYS.has(key) && isSet(value));
  if (isOther || !isOwners(rule.reason)) return false;
  return [vulnerability, ...(relatedVulnerabilities ?? [])].some(({ id }) => id === rule.vulnerability);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "" && value !== false;
}
