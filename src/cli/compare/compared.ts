import { inSameWords, type Side, type Sides } from "../../documents/sides.ts";
import { compare as compareFindings } from "../../domain/change/comparison.ts";
import { type PackageChanges, packageChanges } from "../../domain/change/package-changes.ts";
import type { Finding, FindingKind } from "../../domain/finding.ts";
import { severityRank } from "../../domain/severity.ts";
import { GateError } from "../../system/errors.ts";

export type Compared = ReturnType<typeof comparedSides>;
export type ComparedPair = Compared["targets"][number];
export type ChangedFinding = ReturnType<typeof changedIn>[number];

const ALL_KINDS: ReadonlySet<FindingKind> = new Set(["vulnerability", "misconfiguration", "secret", "license"]);

type NamedSides = Sides & { readonly file: string };

/** The content of both documents on each target that they share. @throws GateError `nothing-to-compare` */
export function comparedSides(before: NamedSides, after: NamedSides) {
  const pairs = pairsOf(before.sides, after.sides);
  if (before.sides.length + after.sides.length === 0)
    throw new GateError(
      "nothing-to-compare",
      "Neither report has a target that was judged",
      "Name reports of scans that happened.",
    );
  return {
    old: { file: before.file, kind: before.kind, unjudged: before.unjudged },
    new: { file: after.file, kind: after.kind, unjudged: after.unjudged },
    targets: pairs.both.map(([one, other]) => comparedPair(one, other)),
    lost: pairs.lost.map(({ label }) => label),
    gained: pairs.gained.map(({ label }) => label),
  };
}

/** Pairs targets of the same image and platform. If each document has one target, these two are a pair. */
function pairsOf(before: readonly Side[], after: readonly Side[]) {
  const areOnly = before.length === 1 && after.length === 1;
  const keyOf = ({ key }: Side) => (areOnly ? "" : key);
  const left = Map.groupBy(before, keyOf);
  const both: [Side, Side][] = [];
  const gained: Side[] = [];
  for (const each of after) {
    const same = left.get(keyOf(each))?.shift();
    if (same === undefined) gained.push(each);
    else both.push([same, each]);
  }
  return { both, lost: [...left.values()].flat(), gained };
}

function comparedPair(old: Side, now: Side) {
  const [before, after, { withoutPaths }] = inSameWords(old, now);
  const packages = packagesOf(before, after);
  const labels = { old: old.label, new: now.label, ...(withoutPaths && { withoutPaths }) };
  if (before.findings === undefined || after.findings === undefined)
    return { ...labels, packages, findings: undefined };
  const source = { kind: "report" } as const;
  const baseline = {
    source,
    packages: before.packages ?? [],
    findings: before.findings,
    kinds: ALL_KINDS,
    withoutPaths,
  };
  const { changeOf, fixed, counts, was } = compareFindings(after.findings, baseline);
  const isNew = (finding: Finding) => changeOf(finding) === "new";
  return {
    ...labels,
    packages,
    findings: {
      counts: { new: counts.new, fixed: counts.fixed, unchanged: counts.unchanged },
      new: after.findings.filter(isNew).sort(bySeverity),
      fixed: [...fixed],
      changed: changedIn(was),
    },
  };
}

function packagesOf(before: Side, after: Side): PackageChanges | undefined {
  if (before.packages === undefined || after.packages === undefined) return undefined;
  const side = ({ packages = [], findings = [] }: Side) => ({ packages, findings });
  return packageChanges(side(after), side(before));
}

function bySeverity(a: Finding, b: Finding): number {
  return severityRank(a.severity) - severityRank(b.severity);
}

/**
 * Findings on both sides with another severity, or with a fix that was not there, or is no longer.
 * @param was the finding of the older side, by the newer side's
 */
function changedIn(was: ReadonlyMap<Finding, Finding>) {
  return [...was].flatMap(([finding, then]) => {
    const severity = then.severity === finding.severity ? undefined : { from: then.severity, to: finding.severity };
    const had = then.fixedVersions.length > 0;
    const fix =
      had === finding.fixedVersions.length > 0 ? undefined : had ? ("withdrawn" as const) : ("available" as const);
    return severity === undefined && fix === undefined ? [] : [{ finding, severity, fix }];
  });
}
