import type { Comparison } from "../../domain/change/comparison.ts";
import type { Layer, Finding as ScannedFinding } from "../../domain/finding.ts";
import { jsonPieces } from "../../domain/json/pieces.ts";
import { judged as judgedSchema, seenFinding } from "../../domain/report/finding-schema.ts";
import { fixed, REPORT_VERSION, type Report } from "../../domain/report/schema.ts";
import { installed } from "../../domain/report/target-schema.ts";
import type { Target } from "../../domain/target.ts";
import type { ExceptionUse, JudgedFinding, JudgedTarget, TargetVerdict } from "../../domain/verdict.ts";
import type { View } from "../view.ts";
import { fieldsOf } from "./fields.ts";
import { reportedPlan } from "./fix-plan.ts";

type Finding = Report["findings"][number];

const packageFields = fieldsOf(installed);
const seenFields = fieldsOf(seenFinding);
const judgedFields = fieldsOf(judgedSchema);

/** The files that were written about each target. */
export type EvidenceFiles = ReadonlyMap<Target, NonNullable<Report["targets"][number]["files"]>>;

/** Image Gate's own JSON report, in pieces: all findings, each with its target and its outcome. */
export function renderReport(view: View, files?: EvidenceFiles): Iterable<string> {
  return jsonPieces(reportWith(findingsOf(view), view, files), 1);
}

/** The same as an object, before it is written. */
export function reportOf(view: View): Report {
  return reportWith([...findingsOf(view)], view);
}

/** @param findings the view's findings, one after the other: they are most of a report */
function reportWith<Findings extends Iterable<Finding>>(findings: Findings, view: View, files?: EvidenceFiles) {
  const { verdict, policy } = view;
  return {
    version: REPORT_VERSION,
    verdict: verdict.answer,
    reason: verdict.reason,
    reasons: verdict.targets.flatMap(reasonsOf),
    name: view.name,
    mode: view.mode,
    count: policy.count,
    generatedAt: view.now.toISOString(),
    targets: verdict.targets.map((target) => ({
      ...targetOf(target, view),
      baseline: baselineOf(view.comparisons?.get(target.target)),
      files: files?.get(target.target),
    })),
    findings,
    plan: reportedPlan(verdict.targets),
    fixed: goneOf(view, "fixed"),
    unseen: goneOf(view, "unseen"),
    exceptions: verdict.exceptions.map(exceptionOf),
    policyChanges: policyChangesOf(view),
    notes: view.notes,
    provenance: {
      policy: policy.path,
      policySha256: policy.sha256,
      policyFrom: policy.from,
      commit: view.commit,
      run: view.runUrl,
    },
  } satisfies Omit<Report, "findings"> & { findings: Findings };
}

function* findingsOf({ verdict }: View): Generator<Finding> {
  for (const [index, target] of verdict.targets.entries())
    if (target.answer !== "error") for (const each of target.findings) yield findingOf(each, index);
}

function policyChangesOf({ policyChange }: View): Report["policyChanges"] {
  return policyChange !== undefined && "changes" in policyChange ? policyChange.changes : policyChange;
}

/** The layers that have findings, in the order of their first finding. */
function layersOf({ findings }: JudgedTarget): Layer[] {
  const layers = findings.flatMap(({ finding: { layer } }) => layer ?? []);
  return [...new Map(layers.toReversed().map((layer) => [layer.diffId, layer])).values()].toReversed();
}

function reasonsOf(target: TargetVerdict, index: number): Report["reasons"] {
  if (target.answer === "error") return [{ target: index, ...target.error }];
  const broken = target.rows.filter((row) => row.broken);
  const exploits = target.exploitRows?.filter((row) => row.broken) ?? [];
  return [
    ...broken.map(({ severity, open, limit }) => ({ target: index, severity, open, limit })),
    ...exploits.map(({ kind, above, open, limit }) => ({ target: index, kind, above, open, limit })),
  ];
}

function targetOf(verdict: TargetVerdict, view: View): Report["targets"][number] {
  const { label, kind, input, as, platform } = verdict.target;
  const base = { label, kind, input, as, platform, verdict: verdict.answer };
  const coverage = coverageOf(verdict);
  if (verdict.answer === "error") return { ...base, error: verdict.error, coverage };
  const { artifact, suppressed, provenance } = verdict.scan;
  return {
    ...base,
    rows: verdict.rows,
    exploitRows: verdict.exploitRows,
    uncompared: verdict.uncompared,
    coverage,
    artifact,
    layers: layersOf(verdict),
    base: view.bases?.get(verdict.target),
    packages: verdict.scan.packages.map((each) => packageFields(each)),
    suppressed,
    opinions: verdict.scan.opinions,
    provenance,
  };
}

function coverageOf({ coverage }: TargetVerdict): Report["targets"][number]["coverage"] {
  if (coverage === undefined) return undefined;
  return {
    rows: coverage.rows,
    gaps: coverage.gaps.map(({ gap, accepted, ended }) => ({ ...gap, accepted: accepted?.line, ended: ended?.line })),
  };
}

function findingOf(judged: JudgedFinding, target: number): Finding {
  const { finding, exceptions, ended } = judged;
  return {
    ...judgedFields(judged, seenFields(finding, { target })),
    package: aboutOf(finding),
    layer: finding.layer?.diffId,
    exceptions: exceptions.length === 0 ? undefined : exceptions.map(({ line }) => line),
    ended: ended?.line,
  };
}

function exceptionOf(use: ExceptionUse): Report["exceptions"][number] {
  const { exception, state, matches, daysLeft, overlappedBy } = use;
  return { ...exception, state, matches, daysLeft, overlappedBy: overlappedBy?.line };
}

const goneFields = fieldsOf(fixed);
const aboutFields = fieldsOf(seenFinding.shape.package.unwrap());

/** The package that a finding is about, with the scanner's own word for its kind. */
function aboutOf({ package: about }: Pick<ScannedFinding, "package">): ScannedFinding["package"] {
  return about && aboutFields(about);
}

/** The baseline that a target was compared with. */
function baselineOf(comparison: Comparison | undefined): Report["targets"][number]["baseline"] {
  if (comparison === undefined) return undefined;
  if ("none" in comparison) return { kind: "none", why: comparison.none, trouble: comparison.trouble };
  const { url: run, ...about } = comparison.baseline.source;
  return { ...about, run, counts: comparison.counts, systemChange: comparison.systemChange };
}

/** The findings of all targets that are fixed, or could not be looked for. Undefined if no comparison knows of any. */
function goneOf({ verdict, comparisons }: View, which: "fixed" | "unseen"): Report["fixed"] {
  const gone = verdict.targets.flatMap(({ target }, index) => {
    const comparison = comparisons?.get(target);
    const found = comparison === undefined || "none" in comparison ? undefined : comparison[which];
    const reported = (finding: ScannedFinding) => {
      return { target: index, ...goneFields(finding), package: aboutOf(finding) };
    };
    return found === undefined ? [] : [found.map(reported)];
  });
  return gone.length === 0 ? undefined : gone.flat();
}
