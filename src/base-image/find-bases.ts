import type { Finding } from "../domain/finding.ts";
import type { NewerBase } from "../domain/fix-plan.ts";
import { attackSurface } from "../domain/image/attack-surface.ts";
import {
  type BaseCandidate,
  type BaseFigures,
  type BaseReport,
  compareBases,
  countOrigins,
  type OriginOf,
  originFinder,
} from "../domain/image/base-image.ts";
import { isDigest } from "../domain/image/reference.ts";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import { countSeverities } from "../domain/severity.ts";
import type { ScanResult, Target } from "../domain/target.ts";
import type { Rescan } from "../scan/scans.ts";
import type { World } from "../system/world.ts";
import {
  type Ask,
  annotatedReference,
  attempt,
  type BasePermission,
  type FoundBase,
  inputReference,
  searchBase,
} from "./search.ts";

export interface BaseSettings extends BasePermission {
  readonly candidates: readonly string[];
  /** Absent if this run has no scanner. */
  readonly rescan: Rescan | undefined;
}

type BaseWorld = Pick<World, "workspace" | "temp" | "log" | "now">;

/**
 * Finds the base of each image. In order: the input's reference; the reference in the image itself, if its registry may
 * be contacted; the image's history. Scans nothing if neither a base nor a candidate is named. A failure is a warning.
 * @returns the known facts about the targets' bases, and the origin of each of their findings
 * @throws GateError `run-cancelled` only
 */
export async function findBases(outcomes: readonly ScanOutcome[], settings: BaseSettings, world: BaseWorld) {
  const rescan = settings.rescan && scanOnce(settings.rescan);
  const reports = new Map<Target, BaseReport>();
  const origins = new Map<Target, OriginOf>();
  const said = new Set<string>();
  for (const outcome of outcomes) {
    if ("error" in outcome || outcome.scan.layers.length === 0) continue;
    const { target, scan } = outcome;
    const report = await reportOn(target, scan, { ...settings, rescan }, world);
    for (const warning of warningsOf(target, report)) {
      if (!said.has(warning)) world.log.warning(warning);
      said.add(warning);
    }
    if (isEmpty(report)) continue;
    reports.set(target, report);
    origins.set(target, originFinder(scan, report.layers));
  }
  return { reports, origins };
}

/** Targets with the same base share its scan. */
function scanOnce(rescan: Rescan): Rescan {
  const scans = new Map<string, Promise<ScanResult>>();
  return (target, options = {}) => {
    const key = `${target.input}\0${target.platform ?? ""}\0${options.anonymous === true}`;
    const scan = scans.get(key) ?? rescan(target, options);
    scans.set(key, scan);
    return scan;
  };
}

async function reportOn(
  target: Target,
  scan: ScanResult,
  settings: BaseSettings,
  world: BaseWorld,
): Promise<BaseReport> {
  const { rescan } = settings;
  // For an index, the image for the same platform.
  const platform = target.platform ?? scan.artifact.platform;
  const ask: Ask | undefined =
    rescan &&
    ((reference, anonymous) => rescan({ kind: "image", input: reference, platform, label: reference }, { anonymous }));
  const { base, problem, note } = await search({ target, scan }, ask, settings, world);
  const layers = base?.layers ?? scan.build?.baseLayers ?? 0;
  const originOf = originFinder(scan, layers);
  const findings = scan.findings.filter((each) => originOf(each) === "base");
  const ownWord = scan.build?.baseDigest;
  const digest = base?.inUse?.artifact.digest ?? (isDigest(ownWord ?? "") ? ownWord : undefined);
  const shown = base?.reference.shown ?? "";
  return {
    ...(layers > 0 && { found: base?.reference.found ?? "history", digest }),
    ...(base && { reference: shown, inUse: base.inUse && figuresOf(shown, base.inUse) }),
    layers,
    counts: layers === 0 ? undefined : countOrigins(scan.findings, originOf),
    newer: base?.newer && newerOf(shown, findings, base.newer, world.now()),
    candidates: await candidatesOf(settings.candidates, ask),
    problem,
    note,
  };
}

async function search(
  { target, scan }: { readonly target: Target; readonly scan: ScanResult },
  ask: Ask | undefined,
  settings: BaseSettings,
  world: BaseWorld,
): Promise<Pick<BaseReport, "problem" | "note"> & { readonly base?: FoundBase }> {
  const { baseImage } = settings;
  if (ask === undefined)
    return baseImage === undefined
      ? {}
      : { problem: "`base-image` needs a scan, and this run only judges given reports." };
  const asked =
    baseImage === undefined ? undefined : await searchBase(inputReference(baseImage, scan, settings), scan, ask);
  if (typeof asked === "object") return { base: asked };
  const annotated = annotatedReference(target, scan, settings, world);
  if (typeof annotated !== "object") return { problem: asked, note: asked === undefined ? annotated : undefined };
  const found = await searchBase(annotated, scan, ask);
  return typeof found === "object" ? { base: found, problem: asked } : { problem: asked ?? found };
}

function newerOf(reference: string, base: readonly Finding[], newer: ScanResult, now: Date): NewerBase {
  const { digest, createdAt } = newer.artifact;
  return { reference, digest, ageDays: ageInDays(createdAt, now), ...compareBases(base, newer.findings) };
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** The first container images are younger, so an older date is not a creation date. */
const FIRST_IMAGES = Date.parse("2013-01-01T00:00:00Z");

function ageInDays(createdAt: string | undefined, now: Date): number | undefined {
  const time = Date.parse(createdAt ?? "");
  return time >= FIRST_IMAGES && time <= now.getTime() ? Math.floor((now.getTime() - time) / DAY_MS) : undefined;
}

async function candidatesOf(references: readonly string[], ask: Ask | undefined): Promise<BaseCandidate[]> {
  const candidates: BaseCandidate[] = [];
  for (const reference of new Set(references)) {
    const { scan, failure = "this run has no scanner" } = ask ? await attempt(ask(reference, false)) : {};
    candidates.push(scan === undefined ? { reference, problem: failure } : figuresOf(reference, scan));
  }
  return candidates;
}

function figuresOf(reference: string, scan: ScanResult): BaseFigures {
  return {
    reference,
    findings: countSeverities(scan.findings, ({ severity }) => severity),
    size: scan.artifact.size,
    surface: attackSurface(scan),
  };
}

function warningsOf({ label }: Target, { problem, candidates }: BaseReport): string[] {
  const failed = candidates.flatMap((each) => ("problem" in each ? [each] : []));
  return [
    ...(problem === undefined ? [] : [`${label}: ${problem}`]),
    ...failed.map(
      (each) => `\`base-image-candidates\`: ${JSON.stringify(each.reference)} is not compared: ${each.problem}.`,
    ),
  ];
}

function isEmpty({ layers, candidates, problem, note }: BaseReport): boolean {
  return layers === 0 && candidates.length === 0 && (problem ?? note) === undefined;
}
