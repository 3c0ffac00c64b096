import type { BaselineSource } from "../domain/change/comparison.ts";
import { SYSTEM_GAPS } from "../domain/coverage/gap-codes.ts";
import { kindsOf } from "../domain/finding.ts";
import { platformMatches } from "../domain/image/platform.ts";
import { repositoryName } from "../domain/image/reference.ts";
import { type ReportFinding, type ReportTarget, toScan } from "../domain/report/read.ts";
import type { Report } from "../domain/report/schema.ts";
import { breaks } from "../domain/verdict.ts";
import { baselineIncomplete } from "./errors.ts";
import type { ScannedTarget, StoredBaseline } from "./stored-baseline.ts";

/**
 * True if the run let a finding in permanently. It did if the finding counted and broke no limit, or if it had been let
 * in before. An exception, a VEX document, a missing fix or a grace period let it through only for a limited time. A
 * run that took stock let in all findings that counted.
 */
function isLetIn(finding: ReportFinding, { rows = [], exploitRows }: ReportTarget, isStock: boolean): boolean {
  const { outcome, spared } = finding;
  if (outcome === "not-counted") return spared === "not-introduced";
  if (outcome !== "open") return false;
  return isStock || (rows.length > 0 && !breaks({ rows, exploitRows })({ ...finding, finding }));
}

/**
 * True if the run was the first report on an unchecked state: it did not separate new findings from old, and had no
 * baseline. This is false if its baseline could not be fetched, or if the run refused the image.
 */
function tookStock({ mode, count }: Report, { baseline }: ReportTarget): boolean {
  const hadNone = baseline === undefined || (baseline.kind === "none" && baseline.trouble !== true);
  return mode === "warn" && (hadNone || count !== "introduced");
}

/**
 * Returns the part of our report for a target: the entry for the same image and platform, otherwise the only one.
 * @param name for messages: `The baseline "report.json"`
 * @throws GateError `baseline-incomplete`
 */
export function baselineInReport(
  report: Report,
  judged: ScannedTarget,
  source: BaselineSource,
  name: string,
): StoredBaseline {
  const index = matching(report, judged);
  if (index === undefined)
    throw baselineIncomplete(name, `is about ${report.targets.length} other targets than ${judged.target.label}`);
  return storedIn(report, index, source, name);
}

/**
 * One target of our report as a baseline: its findings at that time, and the ones among them that it did not let in
 * permanently.
 * @throws GateError `baseline-incomplete`
 */
export function storedIn(report: Report, index: number, source: BaselineSource, name: string): StoredBaseline {
  const target = report.targets[index] as ReportTarget;
  if (target.verdict === "error") throw baselineIncomplete(name, "is from a scan that failed");
  if (target.packages === undefined)
    throw baselineIncomplete(name, "was made by a version of Image Gate that kept no packages");
  const { scan, reported } = toScan(report, index);
  const { names, claims = [], platform, os } = scan.artifact;
  const { gaps = [] } = scan.coverage ?? {};
  const isStock = tookStock(report, target);
  return {
    source: { image: target.label, commit: report.provenance.commit, madeAt: report.generatedAt, ...source },
    names: [...names, ...claims],
    typed: typedName(target),
    platform,
    contents: { packages: scan.packages, os },
    earlier: scan.findings,
    unsettled: new Set(scan.findings.filter((each) => !isLetIn(reported.get(each) as ReportFinding, target, isStock))),
    // The policy temporarily accepted that its system packages were not checked.
    blind: gaps.some(({ code }) => SYSTEM_GAPS.has(code)),
    gaps,
    by: scan.provenance,
    kinds: kindsOf(scan.provenance.scanners),
  };
}

/**
 * Matches only the user's own names. The author of an archive chooses its tags, and could otherwise choose the
 * baseline.
 */
function matching({ targets }: Report, judged: ScannedTarget): number | undefined {
  const { platform } = judged.scan.artifact;
  const typed = typedName(judged.target);
  const same = [...targets.keys()].filter((index) => typedName(targets[index] as ReportTarget) === typed);
  const fitting = same.find(
    (index) => platform === undefined || platformMatches(platform, targets[index]?.artifact?.platform),
  );
  return fitting ?? same[0] ?? (targets.length === 1 ? 0 : undefined);
}

function typedName({ as, input }: Pick<ReportTarget, "as" | "input">): string {
  return repositoryName(as ?? input);
}
