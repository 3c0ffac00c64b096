import { distinct } from "../collections.ts";
import type { ReportTarget } from "../report/read.ts";
import type { Report } from "../report/schema.ts";
import { lowerLimit, perSeverityName, type Severity } from "../severity.ts";
import type { OpinionSource } from "../target.ts";
import type { SeverityRow } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import type { VerdictPredicate } from "./predicate.ts";

/** A target of a report, with its position there. */
export interface NumberedTarget {
  readonly target: ReportTarget;
  readonly position: number;
}

/** The image that a predicate describes. */
export type PredicateImage = VerdictPredicate["image"];

/**
 * The predicate of one image, or of an index. If several targets describe it, the predicate has the worst of each
 * value. No other predicate can then be worse.
 * @param judged at least one, each a pass
 */
export function makePredicate(
  report: Report,
  image: PredicateImage,
  judged: readonly [NumberedTarget, ...NumberedTarget[]],
): VerdictPredicate {
  const targets = judged.map((each) => each.target) as [ReportTarget, ...ReportTarget[]];
  const { provenance } = report;
  const { run, commit } = provenance;
  const skipped = distinct(targets.flatMap((each) => each.provenance?.skipped ?? []));
  return {
    verdict: "pass",
    reason: report.reason,
    image,
    scannedAt: oldestScan(targets),
    counts: perSeverityName((severity) => highest(targets, (each) => rowOf(each, severity).open)),
    limits: perSeverityName((severity) => targets.map((each) => rowOf(each, severity).limit).reduce(lowerLimit)),
    accepted: highest(targets, (each) => sum(each, "accepted")),
    notCounted: highest(targets, (each) => sum(each, "notCounted")),
    coverage: {
      // Only the kinds that were requested for all of them.
      scanners: scannersOf(judged[0].target).filter((name) => targets.every((each) => scannersOf(each).includes(name))),
      ...(skipped.length > 0 && { skipped }),
      gaps: distinct(targets.flatMap((each) => each.coverage?.gaps ?? []).map(({ code, path }) => ({ code, path }))),
    },
    policy: { digest: digestOf(provenance.policySha256), from: provenance.policyFrom },
    exceptions: reliedOn(report, judged),
    scanner: scannerOf(targets),
    database: databaseOf(targets),
    scanners: severalOf(targets),
    run: { url: run, commit, repository: repositoryOf(run) },
  };
}

/** A report without one contradicts itself, and was refused before. */
function rowOf({ rows = [] }: ReportTarget, severity: Severity): SeverityRow {
  return rows.find((each) => each.severity === severity) as SeverityRow;
}

function sum({ rows = [] }: ReportTarget, what: "accepted" | "notCounted"): number {
  return rows.reduce((total, row) => total + row[what], 0);
}

function highest(targets: readonly ReportTarget[], value: (target: ReportTarget) => number): number {
  return Math.max(...targets.map(value));
}

/** The time of the oldest scan, in UTC. */
function oldestScan(targets: readonly ReportTarget[]): string {
  return new Date(Math.min(...targets.map(({ provenance }) => Date.parse(provenance?.scannedAt ?? "")))).toISOString();
}

function scannersOf({ provenance }: ReportTarget): readonly string[] {
  return provenance?.scanners ?? [];
}

/** The programs that judged a target together. For an index, all programs of its images. */
function severalOf(targets: readonly ReportTarget[]): VerdictPredicate["scanners"] {
  const all = targets.map(judgingOf).filter(({ length }) => length > 1);
  return all.length === 0 ? undefined : distinct(all.flat().map(programOf));
}

/** The scanners with findings on a target. */
export function judgingOf({ opinions = [] }: ReportTarget): OpinionSource[] {
  return opinions.filter(({ failed }) => failed === undefined);
}

type Program = NonNullable<VerdictPredicate["scanners"]>[number];

function programOf({ scanner, version = "", ...rest }: OpinionSource): Program {
  const { scannerSha256, databaseUpdatedAt: time, databaseSha256 } = rest;
  const database = time ? { updatedAt: new Date(time).toISOString(), digest: digestOf(databaseSha256) } : undefined;
  return { name: scanner, version, digest: digestOf(scannerSha256), database };
}

function digestOf(sha256: string | undefined): string | undefined {
  return sha256 && `sha256:${sha256}`;
}

/** The only program, or the merged result of several, according to the target's provenance. */
function ownProgram({ provenance }: ReportTarget): Program {
  const { scanner = "", scannerVersion: version, ...rest } = provenance ?? {};
  return programOf({ ...rest, scanner, version, findings: 0, sees: [] });
}

function scannerOf([first]: readonly [ReportTarget, ...ReportTarget[]]): VerdictPredicate["scanner"] {
  const [one, second] = judgingOf(first);
  const { database: _, ...program } = one && second ? programOf(one) : ownProgram(first);
  return program;
}

/** The oldest database. All targets of a run share one. */
function databaseOf(targets: readonly ReportTarget[]): VerdictPredicate["database"] {
  const known = targets.flatMap((each) => ownProgram(each).database ?? []);
  return known.toSorted((a, b) => compareText(a.updatedAt, b.updatedAt))[0];
}

/**
 * The exceptions that cover a finding or a gap of these targets, without duplicates. The first in a finding's list is
 * the one that applies. If a line of the policy has several exceptions, all live ones are included.
 */
function reliedOn({ findings, exceptions }: Report, judged: readonly NumberedTarget[]): VerdictPredicate["exceptions"] {
  const positions = new Set(judged.map(({ position }) => position));
  const held = findings.filter(({ target, outcome }) => positions.has(target) && outcome === "accepted");
  const gaps = judged.flatMap(({ target }) => target.coverage?.gaps ?? []);
  const used = new Set([...held.map((finding) => finding.exceptions?.[0]), ...gaps.map(({ accepted }) => accepted)]);
  return exceptions
    .filter(({ line, state }) => used.has(line) && (state === "live" || state === "ending"))
    .map(({ id, package: about, reason, owner, expires }) => ({ id, package: about, reason, owner, expires }));
}

/** `acme/app` in the link to a workflow run. */
function repositoryOf(run = ""): string | undefined {
  return /^https:\/\/[^/]+\/([\w.-]+\/[\w.-]+)\/actions\/runs\/\d+/.exec(run)?.[1];
}
