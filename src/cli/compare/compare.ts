import { inSameWords, type Side, type Sides, sidesOf } from "../../documents/sides.ts";
import { compare as compareFindings } from "../../domain/change/comparison.ts";
import { type LicenseChanges, licenseChanges } from "../../domain/change/license-changes.ts";
import { type PackageChanges, packageChanges } from "../../domain/change/package-changes.ts";
import type { Finding, FindingKind } from "../../domain/finding.ts";
import { purlWithoutVersion } from "../../domain/purl.ts";
import { severityRank } from "../../domain/severity.ts";
import { GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import type { Command, Given } from "../command.ts";
import { type Answer, type Asked, answered, say } from "../reading.ts";
import { typedDocument } from "../typed-document.ts";
import type { ChangedFinding, ComparedDocuments, ComparedPair } from "./comparison.ts";
import { scannedSides, scanOptions } from "./images.ts";
import { comparisonText } from "./text.ts";

/** Rows of each kind that a terminal shows. A pipe gets all. */
const MOST_ROWS = 40;

export const compareCommand: Command = {
  words: "<OLD> <NEW>",
  options: scanOptions(),
  formats: ["table", "json"],
  exitCodes: {
    0: "they are compared, whatever is different",
    2: "one of them cannot be read or scanned, or a wrong command line",
  },
  examples: [
    {
      line: "image-gate compare old.tar app.tar",
      about: "Two images, which are scanned: references, tars, OCI layouts.",
    },
    { line: "image-gate compare old.json new.json", about: "Two reports, of Image Gate or of a scanner." },
    { line: "image-gate compare old.cdx.json new.spdx.json --json", about: "Two SBOMs, for another program." },
  ],
  async run(given, seat) {
    const scanned = await scannedSides(given.words, given, seat);
    return say(compare(given, seat, scanned, seat.terminal.isTerminal ? MOST_ROWS : undefined), seat);
  },
};

const ALL_KINDS: ReadonlySet<FindingKind> = new Set(["vulnerability", "misconfiguration", "secret", "license"]);

/**
 * `compare OLD NEW`: packages and findings gained, lost and changed between two reports, SBOMs or scanned images.
 * @param scanned what the scans of images had, by their names as they were typed
 * @param most rows of each kind that are shown; absent: all
 * @throws GateError `document-…`, `report-…`, `file-…`, `nothing-to-compare`
 */
export function compare(
  { words: [old = "", now = ""] }: Pick<Given, "words">,
  { world, format }: Asked<Pick<World, "workspace">>,
  scanned?: ReadonlyMap<string, Sides>,
  most?: number,
): Answer {
  const sidesAt = (word: string) => scanned?.get(word) ?? sidesIn(word, world);
  const [before, after] = [sidesAt(old), sidesAt(now)];
  const pairs = pairsOf(before.sides, after.sides);
  if (pairs.both.length === 0 && before.sides.length + after.sides.length === 0)
    throw new GateError(
      "nothing-to-compare",
      "Neither report has a target that was judged",
      "Name reports of scans that happened.",
    );
  const compared: ComparedDocuments = {
    old: { file: old, kind: before.kind, unjudged: before.unjudged },
    new: { file: now, kind: after.kind, unjudged: after.unjudged },
    targets: pairs.both.map(([one, other]) => comparedPair(one, other)),
    lost: pairs.lost.map(({ label }) => label),
    gained: pairs.gained.map(({ label }) => label),
  };
  return answered(format, compared, () => comparisonText(compared, most));
}

/** @throws GateError of the document; `file-missing` and `document-damaged` say what can be compared */
function sidesIn(file: string, world: Pick<World, "workspace">): Sides {
  try {
    return sidesOf(typedDocument(file, world), file);
  } catch (thrown) {
    if (!(thrown instanceof GateError) || !["file-missing", "document-damaged"].includes(thrown.code)) throw thrown;
    const remedy =
      "Name a report, an SBOM or an image. A file is a document if its name ends in `.json`, or if it begins with `{` or `[`; any other file is an image.";
    throw new GateError(thrown.code, thrown.what, remedy, { cause: thrown });
  }
}

interface Pairs {
  readonly both: readonly (readonly [Side, Side])[];
  readonly lost: readonly Side[];
  readonly gained: readonly Side[];
}

/** Targets of the same image and platform belong together, and the only ones of both documents. */
function pairsOf(before: readonly Side[], after: readonly Side[]): Pairs {
  const [one] = before;
  const [other] = after;
  if (before.length === 1 && after.length === 1 && one && other) return { both: [[one, other]], lost: [], gained: [] };
  const left = Map.groupBy(before, ({ key }) => key);
  const both: [Side, Side][] = [];
  const gained: Side[] = [];
  for (const each of after) {
    const same = left.get(each.key)?.shift();
    if (same === undefined) gained.push(each);
    else both.push([same, each]);
  }
  return { both, lost: [...left.values()].flat(), gained };
}

function comparedPair(old: Side, now: Side): ComparedPair {
  const [before, after, { withoutPaths }] = inSameWords(old, now);
  const packages = packagesOf(before, after);
  const labels = { old: old.label, new: now.label, ...(withoutPaths && { withoutPaths }) };
  if (before.findings === undefined || after.findings === undefined)
    return { ...labels, packages, licenses: licensesOf(before, after) };
  const source = { kind: "report" } as const;
  const baseline = {
    source,
    packages: before.packages ?? [],
    findings: before.findings,
    kinds: ALL_KINDS,
    withoutPaths,
  };
  const { changeOf, fixed, counts } = compareFindings(after.findings, baseline);
  const isNew = (finding: Finding) => changeOf(finding) === "new";
  return {
    ...labels,
    packages,
    findings: {
      counts: { new: counts.new, fixed: counts.fixed, unchanged: counts.unchanged },
      new: after.findings.filter(isNew).sort(bySeverity),
      fixed: [...fixed],
      changed: changedIn(
        before.findings,
        after.findings.filter((each) => !isNew(each)),
      ),
    },
  };
}

function packagesOf(before: Side, after: Side): PackageChanges | undefined {
  if (before.packages === undefined || after.packages === undefined) return undefined;
  const side = ({ packages = [], findings = [] }: Side) => ({ packages, findings });
  return packageChanges(side(after), side(before));
}

function licensesOf(before: Side, after: Side): LicenseChanges | undefined {
  if (before.licensedBy === undefined || before.licensedBy !== after.licensedBy) return undefined;
  return licenseChanges(after.packages ?? [], before.packages ?? []);
}

function bySeverity(a: Finding, b: Finding): number {
  return severityRank(a.severity) - severityRank(b.severity);
}

/** Findings on both sides with another severity, or with a fix that was not there, or is no longer. */
function changedIn(before: readonly Finding[], after: readonly Finding[]): ChangedFinding[] {
  const keyOf = ({ kind, id, package: about, path = "" }: Finding) =>
    JSON.stringify([kind, id, about?.purl ? purlWithoutVersion(about.purl) : `${about?.type}/${about?.name}`, path]);
  const known = new Map(before.map((finding) => [keyOf(finding), finding]));
  return after.flatMap((finding) => {
    const then = known.get(keyOf(finding));
    if (then === undefined) return [];
    const severity = then.severity === finding.severity ? undefined : { from: then.severity, to: finding.severity };
    const had = then.fixedVersions.length > 0;
    const fix =
      had === finding.fixedVersions.length > 0 ? undefined : had ? ("withdrawn" as const) : ("available" as const);
    return severity === undefined && fix === undefined ? [] : [{ finding, severity, fix }];
  });
}
