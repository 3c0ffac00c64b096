import type { Exception } from "../../domain/exception.ts";
import type { Layer } from "../../domain/finding.ts";
import type { Report } from "../../domain/report/schema.ts";
import type { Target } from "../../domain/target.ts";
import type { ExceptionUse, JudgedFinding, TargetVerdict } from "../../domain/verdict.ts";
import { jsonLines } from "../report-format.ts";
import type { View } from "../view.ts";
import { aboutOf, baselineOf, fixedOf, packagesOf, unseenOf } from "./comparison.ts";
import { reportedPlans } from "./fix-plan.ts";
import { failureOf, headText, namesOf, tailOf, tailText } from "./frame.ts";

type Finding = Report["findings"][number];

/** Of each target, the files that were written about it. */
export type EvidenceFiles = ReadonlyMap<Target, NonNullable<Report["targets"][number]["files"]>>;

/** Image Gate's own JSON report, in pieces: all findings, one per line, each with its target and its outcome. */
export function* renderReport(view: View, files?: EvidenceFiles): Generator<string> {
  const { verdict } = view;
  const indexes = new Map(verdict.exceptions.map((use, index) => [use.exception, index]));
  const layers = verdict.targets.map(layersOf);
  const targets = verdict.targets.map((target, index) => ({
    ...targetOf(target, layers[index] ?? [], view, indexes),
    baseline: baselineOf(view.comparisons?.get(target.target)),
    files: files?.get(target.target),
  }));
  const tail = tailOf(view, {
    fixed: fixedOf(view),
    unseen: unseenOf(view),
    exceptions: verdict.exceptions.map((use) => exceptionOf(use, indexes)),
  });
  const placesOf = layers.map((list) => new Map(list.map((layer, place) => [layer, place])));
  yield headText(view, { reasons: verdict.targets.flatMap(reasonsOf), targets });
  const lines = jsonLines();
  for (const [index, target] of verdict.targets.entries()) {
    const findings = target.answer === "error" ? [] : target.findings;
    const places = placesOf[index] ?? new Map();
    yield* lines(findings, (each) => JSON.stringify(findingOf(each, index, indexes, places)));
  }
  const { plan, upgrades } = reportedPlans(verdict.targets, (index) => placesOf[index] ?? new Map());
  yield tailText({ plan, upgrades, tail });
}

/** The layers that have findings, in the order of their first finding. */
function layersOf(target: TargetVerdict): Layer[] {
  if (target.answer === "error") return [];
  return [...new Set(target.findings.map(({ finding }) => finding.layer))].filter((layer) => layer !== undefined);
}

function reasonsOf(target: TargetVerdict, index: number): Report["reasons"] {
  if (target.answer === "error") return [failureOf(target, index)];
  const broken = target.rows.filter((row) => row.broken);
  const exploits = target.exploitRows?.filter((row) => row.broken) ?? [];
  return [
    ...broken.map(({ severity, open, limit }) => ({ target: index, severity, open, limit })),
    ...exploits.map(({ kind, above, open, limit }) => ({ target: index, kind, above, open, limit })),
  ];
}

function targetOf(
  verdict: TargetVerdict,
  layers: Layer[],
  view: View,
  indexes: ReadonlyMap<Exception, number>,
): Report["targets"][number] {
  const base = namesOf(verdict);
  const coverage = coverageOf(verdict, indexes);
  if (verdict.answer === "error") return { ...base, error: verdict.error, coverage };
  const { artifact, suppressed, provenance } = verdict.scan;
  return {
    ...base,
    rows: verdict.rows,
    exploitRows: verdict.exploitRows,
    uncompared: verdict.uncompared,
    coverage,
    artifact,
    layers,
    base: view.bases?.get(verdict.target),
    packages: packagesOf(verdict.scan),
    suppressed,
    opinions: verdict.scan.opinions,
    provenance,
  };
}

function coverageOf(
  { coverage }: TargetVerdict,
  indexes: ReadonlyMap<Exception, number>,
): Report["targets"][number]["coverage"] {
  if (coverage === undefined) return undefined;
  return {
    rows: coverage.rows,
    gaps: coverage.gaps.map(({ gap, accepted, ended }) => ({
      ...gap,
      accepted: accepted && indexes.get(accepted),
      ended: ended && indexes.get(ended),
    })),
  };
}

function findingOf(
  judged: JudgedFinding,
  target: number,
  indexes: ReadonlyMap<Exception, number>,
  layers: ReadonlyMap<Layer, number>,
): Finding {
  const { finding, outcome, origin, change, exceptions, ended } = judged;
  return {
    target,
    kind: finding.kind,
    id: finding.id,
    aliases: finding.aliases,
    severity: finding.severity,
    title: finding.title,
    url: finding.url,
    package: aboutOf(finding),
    fixedVersions: finding.fixedVersions,
    status: finding.status,
    path: finding.path,
    line: finding.line,
    layer: finding.layer && layers.get(finding.layer),
    owner: finding.owner,
    opinions: finding.opinions,
    missedBy: finding.missedBy,
    outcome,
    origin,
    change,
    spared: judged.spared,
    countsFrom: judged.countsFrom,
    vex: judged.vex,
    exploitation: judged.exploitation,
    exceptions: exceptions.length === 0 ? undefined : exceptions.map((each) => indexes.get(each) ?? -1),
    ended: ended && indexes.get(ended),
  };
}

function exceptionOf(use: ExceptionUse, indexes: ReadonlyMap<Exception, number>): Report["exceptions"][number] {
  const { exception, state, matches, daysLeft, overlappedBy } = use;
  return {
    ...exception,
    state,
    matches,
    daysLeft,
    overlappedBy: overlappedBy && indexes.get(overlappedBy),
  };
}
