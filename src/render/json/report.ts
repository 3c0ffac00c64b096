import type { Exception } from "../../domain/exception.ts";
import type { Layer } from "../../domain/finding.ts";
import type { BaseReport } from "../../domain/image/base-image.ts";
import type { Report } from "../../domain/report/schema.ts";
import type { Artifact, Target } from "../../domain/target.ts";
import type { ExceptionUse, JudgedFinding, TargetVerdict } from "../../domain/verdict.ts";
import { inPieces } from "../report-format.ts";
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
  let separator = "\n";
  for (const [index, target] of verdict.targets.entries()) {
    const findings = target.answer === "error" ? [] : target.findings;
    const places = placesOf[index] ?? new Map();
    yield* inPieces(findings, (each) => {
      const line = separator + JSON.stringify(findingOf(each, index, indexes, places));
      separator = ",\n";
      return line;
    });
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
    rows: [...verdict.rows],
    exploitRows: verdict.exploitRows && [...verdict.exploitRows],
    uncompared: verdict.uncompared,
    coverage,
    artifact: {
      ...artifact,
      names: [...artifact.names],
      claims: artifact.claims && [...artifact.claims],
      reportedDigests: artifact.reportedDigests && [...artifact.reportedDigests],
      index: indexOf(artifact),
    },
    layers,
    base: baseOf(view.bases?.get(verdict.target)),
    packages: packagesOf(verdict.scan),
    suppressed,
    opinions: verdict.scan.opinions?.map((each) => ({ ...each, sees: [...each.sees] })),
    provenance: {
      ...provenance,
      scanners: provenance.scanners && [...provenance.scanners],
      skipped: provenance.skipped && [...provenance.skipped],
      notes: provenance.notes && [...provenance.notes],
    },
  };
}

function indexOf({ index }: Artifact) {
  return index && { ...index, images: [...index.images] };
}

function coverageOf(
  { coverage }: TargetVerdict,
  indexes: ReadonlyMap<Exception, number>,
): Report["targets"][number]["coverage"] {
  if (coverage === undefined) return undefined;
  return {
    rows: coverage.rows.map((row) => ({ ...row })),
    gaps: coverage.gaps.map(({ gap, accepted, ended }) => ({
      ...gap,
      accepted: accepted && indexes.get(accepted),
      ended: ended && indexes.get(ended),
    })),
  };
}

/** A cast is enough: the schema's arrays are mutable, and ours are readonly. */
function baseOf(base: BaseReport | undefined): Report["targets"][number]["base"] {
  return base as Report["targets"][number]["base"];
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
    aliases: finding.aliases as string[] | undefined,
    severity: finding.severity,
    title: finding.title,
    url: finding.url,
    package: aboutOf(finding),
    fixedVersions: finding.fixedVersions as string[],
    status: finding.status,
    path: finding.path,
    line: finding.line,
    layer: finding.layer && layers.get(finding.layer),
    owner: finding.owner,
    opinions: finding.opinions?.map((each) => ({ ...each, fixedVersions: [...each.fixedVersions] })),
    missedBy: finding.missedBy as string[] | undefined,
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
    paths: exception.paths && [...exception.paths],
    images: exception.images && [...exception.images],
    state,
    matches,
    daysLeft,
    overlappedBy: overlappedBy && indexes.get(overlappedBy),
  };
}
