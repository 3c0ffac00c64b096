import type { BaseSettings } from "../base-image/find-bases.ts";
import type { AutomaticOptions } from "../baseline/automatic.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import type { UnmatchedTarget, View } from "../render/view.ts";
import type { Scans } from "../scan/scans.ts";
import type { ReadersOfReports } from "../scanners/scanner.ts";
import type { World } from "../system/world.ts";
import type { RuleFiles } from "./rule-files.ts";

/** Data alongside the scans: the Dockerfile, the base images, the baselines. */
export interface Attributed {
  /**
   * The scans' outcomes, with the Dockerfile's lines. A named baseline that cannot be used is an error of its target.
   */
  readonly outcomes: readonly ScanOutcome[];
  readonly forJudging: Pick<JudgeSettings, "changes" | "unsettled" | "origins">;
  readonly forView: Pick<View, "dockerfile" | "bases" | "comparisons">;
}

/** The user's settings for base images, and the means to read them. */
export interface AttributionSources extends AutomaticOptions, Omit<BaseSettings, "candidates" | "rescan"> {
  /** Path of the Dockerfile. */
  readonly dockerfile?: string | undefined;
  readonly baseImageCandidates: readonly string[];
  /** `auto`, `none`, a reference, or a file. */
  readonly baseline: string;
  /** The file that `baseline` names, if it was read. */
  readonly baselineFile?: RuleFiles["baseline"];
  /** Reads a baseline that is a scanner's report. */
  readonly reports: ReadersOfReports;
}

/**
 * Reads the files that the user names, before anything is scanned.
 * @returns a function that attributes the scans' findings later. It throws `run-cancelled`; other problems are reported
 * and change nothing, except with a named baseline
 * @throws GateError of the Dockerfile: `file-…`, `dockerfile-invalid`
 */
export async function prepareAttribution(
  sources: AttributionSources,
  world: World,
): Promise<(scans: Scans) => Promise<Attributed>> {
  const { dockerfile: path } = sources;
  const reading = path === undefined ? undefined : await import("../base-image/dockerfile.ts");
  const dockerfile = path === undefined ? undefined : reading?.readDockerfile(path, world);
  return async (scans) => {
    // Later steps identify findings by their objects, so the lines are added before.
    const unmatched: UnmatchedTarget[] = [];
    const located = scans.outcomes.map((outcome) => {
      if (dockerfile === undefined || reading === undefined || "error" in outcome) return outcome;
      const { scan, unmatched: why } = reading.locateLayers(outcome.scan, dockerfile);
      if (why !== undefined) unmatched.push({ label: outcome.target.label, why });
      return { ...outcome, scan };
    });
    const { findBases } = await import("../base-image/find-bases.ts");
    const asked = { ...sources, candidates: sources.baseImageCandidates, rescan: scans.rescan };
    const { origins, reports: bases } = await findBases(located, asked, world);
    const compared = await compareWithBaselines({ ...scans, outcomes: located }, sources, world);
    const { outcomes, comparisons, ...changes } = compared;
    return {
      outcomes,
      forJudging: { ...changes, origins },
      forView: { dockerfile: dockerfile && { ...dockerfile, unmatched }, bases, comparisons },
    };
  };
}

/** Compares each target with its baseline. */
async function compareWithBaselines(
  scans: Scans,
  { baseline: given, baselineFile: file, reports, ...options }: AttributionSources,
  world: World,
): Promise<Pick<Attributed, "outcomes"> & Attributed["forView"] & Attributed["forJudging"]> {
  if (given === "none") return { outcomes: scans.outcomes };
  const { automaticBaseline, changesOf, compareTargets } = await import("../baseline/index.ts");
  const automatic = automaticBaseline(options, world);
  const { outcomes, comparisons } = await compareTargets({ given, automatic, file, reports }, scans, world);
  return { outcomes, comparisons, ...changesOf(comparisons) };
}
