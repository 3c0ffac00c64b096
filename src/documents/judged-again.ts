import type { Coverage, GapCode } from "../domain/coverage.ts";
import type { Finding } from "../domain/finding.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import type { Exploitation, VexStatement } from "../domain/verdict.ts";
import { GateError } from "../system/errors.ts";
import type { OwnFinding, OwnReport, OwnTarget } from "./own-report.ts";
import type { ReadDocument } from "./read-document.ts";

/** A report as it was before anybody judged it. */
export interface Unjudged {
  readonly outcomes: readonly ScanOutcome[];
  /** What its run knew of the findings. */
  readonly settings: Pick<JudgeSettings, "changes" | "unsettled" | "exploits" | "vex">;
  /** Whether its run knew what attackers use. */
  readonly knowsExploits: boolean;
  /** What each finding was in the report. */
  readonly given: ReadonlyMap<Finding, OwnFinding>;
}

/**
 * What a document says before anybody judges it: a scanner's report as it is, our own without its verdict.
 * @param file as it was typed, and `remedy` what to name instead of an SBOM, both for the message
 * @throws GateError `document-unknown` for an SBOM
 */
export function unjudgedIn(document: ReadDocument, file: string, remedy: string): Unjudged {
  if (document.kind === "own") return unjudged(document.report);
  if (document.kind === "scan") {
    const { target, scan } = document;
    return { outcomes: [{ target, scan }], settings: {}, knowsExploits: false, given: new Map() };
  }
  throw new GateError("document-unknown", `${JSON.stringify(file)} is an SBOM, which has no findings`, remedy);
}

/**
 * Takes the verdict out of a report, so that another policy can judge it. A target that was an error stays one: its
 * findings are not in the report.
 */
export function unjudged(report: OwnReport): Unjudged {
  const given = new Map<Finding, OwnFinding>();
  const outcomes = report.targets.map((each, index): ScanOutcome => {
    const target = targetOf(each);
    if (each.verdict === "error")
      return { target, error: each.error ?? { code: "report-unfinished", what: "It was an error", remedy: "" } };
    const findings = report.findings
      .filter((one) => one.target === index)
      .map((one) => {
        const finding = findingOf(one, each, report);
        given.set(finding, one);
        return finding;
      });
    return { target, scan: scanOf(each, findings) };
  });
  return { outcomes, settings: settingsOf(report, outcomes, given), knowsExploits: knowsExploits(report), given };
}

function knowsExploits({ targets, findings }: OwnReport): boolean {
  return targets.some(({ exploitRows }) => exploitRows) || findings.some(({ exploitation }) => exploitation);
}

function targetOf({ kind, input, as, label, platform }: OwnTarget): Target {
  return { kind, input, as, label, platform };
}

function scanOf({ input, as, artifact, packages, provenance, coverage }: OwnTarget, findings: Finding[]): ScanResult {
  return {
    artifact: {
      names: artifact?.names ?? (as === undefined ? [input] : [as, input]),
      digest: artifact?.digest,
      platform: artifact?.platform,
      os: artifact?.os,
      packages: packages?.length,
    },
    packages: packages ?? [],
    layers: [],
    findings,
    suppressed: 0,
    ...(coverage && { coverage: coverageOf(coverage) }),
    provenance: { ...provenance, scanner: provenance?.scanner ?? "" },
  };
}

function coverageOf({ gaps }: NonNullable<OwnTarget["coverage"]>): Coverage {
  return {
    rows: [],
    gaps: gaps.map(({ code, what, remedy, path }) => ({ code: code as GapCode, what, remedy, path })),
  };
}

/** A finding of the report. Other names of its advisory are those by which its exceptions meant it. */
function findingOf(one: OwnFinding, { layers }: OwnTarget, { exceptions }: OwnReport): Finding {
  const { kind, id, severity, title, url, package: about, fixedVersions, status, path, line, owner } = one;
  const named = [...(one.exceptions ?? []), ...(one.ended === undefined ? [] : [one.ended])];
  const aliases = [...new Set(named.flatMap((index) => exceptions[index]?.id ?? []))].filter(
    (each) => each.toLowerCase() !== id.toLowerCase(),
  );
  return {
    ...{ kind, id, severity, title, url, package: about, fixedVersions, status, path, line, owner },
    ...(aliases.length > 0 && { aliases }),
    // The report does not say by whom, but that another scanner does not see it.
    ...(one.spared === "not-agreed" && { missedBy: [] }),
    ...(one.layer !== undefined && { layer: layers?.[one.layer] }),
  };
}

function settingsOf(
  { count }: OwnReport,
  outcomes: readonly ScanOutcome[],
  given: ReadonlyMap<Finding, OwnFinding>,
): Unjudged["settings"] {
  const scanned = outcomes.flatMap((outcome) => ("scan" in outcome ? [outcome] : []));
  const compared = scanned.filter(({ scan }) => scan.findings.some((each) => given.get(each)?.change !== undefined));
  const exploits = new Map<string, Exploitation>();
  for (const { id, exploitation } of given.values()) if (exploitation !== undefined) exploits.set(id, exploitation);
  return {
    changes: new Map(compared.map(({ target }) => [target, (finding) => given.get(finding)?.change])),
    unsettled: new Map(
      compared.map(({ target, scan }) => [
        target,
        new Set(scan.findings.filter((each) => isUnsettled(given.get(each), count))),
      ]),
    ),
    exploits: (id) => exploits.get(id),
    vex: (finding): VexStatement | undefined => given.get(finding)?.vex,
  };
}

/** Whether its run let it through for a time only. Where the report does not say, it counts. */
function isUnsettled(one: OwnFinding | undefined, count: OwnReport["count"]): boolean {
  if (one?.outcome === "open") return count === "introduced";
  return one?.outcome === "accepted" || (one?.spared !== undefined && one.spared !== "not-introduced");
}
