import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Baseline, type Comparison, compare, type NoComparison } from "../domain/change/comparison.ts";
import { packageChanges } from "../domain/change/package-changes.ts";
import { findingInPlainWords, inPlainWords } from "../domain/change/plain-words.ts";
import { unseenIn, withUnseen } from "../domain/coverage/unseen.ts";
import type { JudgeSettings, ScanOutcome } from "../domain/judge/judge.ts";
import { GIVEN_REPORT, type ScanResult, type Target } from "../domain/target.ts";
import { errorOf } from "../scan/outcomes.ts";
import type { Rescan, Scans } from "../scan/scans.ts";
import type { ReadersOfReports } from "../scanners/scanner.ts";
import { asGateError, GateError } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import { earlierReport } from "./given.ts";
import { matchBaseline } from "./match.ts";
import { isBaselineFile, type ScannedTarget, type StoredBaseline } from "./stored-baseline.ts";

/** Finds the default branch's report. Throws only if the run is cancelled. */
export type AutomaticBaseline = () => Promise<Found>;

/** The source of the baseline. */
export interface BaselineSource {
  /** `auto`, `none`, a file, or a reference. */
  readonly given: string;
  /** The meaning of `auto` in this run. */
  readonly automatic: AutomaticBaseline;
  /** The given file, if it was read; without bytes: the file does not exist on the branch that sets the rules. */
  readonly file?: { readonly bytes: Buffer | undefined } | undefined;
  /** Reads the file if it is a scanner's report. */
  readonly reports: ReadersOfReports;
}

/** Finds the baseline of a target. */
type Found = (judged: ScannedTarget) => StoredBaseline | NoComparison;

/**
 * Compares each target with its baseline, both matched with this run's database.
 * @returns the outcomes of the scans (if a named baseline cannot be used, its target has an error), and the comparison
 * of each target, which is missing with `baseline: none`
 * @throws GateError `run-cancelled`
 */
export async function compareTargets(
  source: BaselineSource,
  { outcomes, rescan, lookUp }: Pick<Scans, "outcomes" | "rescan" | "lookUp">,
  world: World,
) {
  const { given: baseline, automatic } = source;
  const comparisons = new Map<Target, Comparison>();
  if (baseline === "none") return { outcomes, comparisons };
  const isAutomatic = baseline === "auto";
  const name = isAutomatic ? "The default branch's report" : `The baseline ${JSON.stringify(baseline)}`;
  let found: Promise<Found> | undefined;
  const find = (): Promise<Found> => {
    found ??= isAutomatic ? automatic() : findNamed(source, world);
    return found;
  };
  const comparisonOf = async (judged: ScannedTarget): Promise<Comparison> => {
    // A named file must exist, even if this target cannot be compared with it.
    if (!isAutomatic && isBaselineFile(baseline)) await find();
    const why = incomparable(judged, baseline);
    if (why !== undefined) return { none: why, quiet: isAutomatic };
    const isGiven = judged.target.kind === GIVEN_REPORT;
    if (!isGiven && rescan === undefined) return { none: "nothing was scanned", quiet: isAutomatic };
    const stored = (await find())(judged);
    if ("none" in stored) return stored;
    const match = { stored, judged, name };
    const scans = { rescan: rescan as Rescan, lookUp };
    const matched = isGiven ? earlierReport(match, world) : await matchBaseline(match, scans, world);
    return "none" in matched ? matched : comparedWith(judged.scan, matched);
  };
  const one = async (outcome: ScanOutcome): Promise<ScanOutcome> => {
    if ("error" in outcome) return outcome;
    try {
      comparisons.set(outcome.target, await comparisonOf(outcome));
      return outcome;
    } catch (thrown) {
      if (world.signal.aborted) throw thrown;
      if (!isAutomatic) return { target: outcome.target, error: errorOf(thrown) };
      const { what } = asGateError(thrown);
      const remedy = "The verdict is valid without it. See Image Gate's docs/baseline.md for what a baseline needs.";
      world.log.warning(new GateError("baseline-unused", `There is no baseline: ${what}`, remedy).message);
      comparisons.set(outcome.target, { none: what, trouble: true });
      return outcome;
    }
  };
  const compared: ScanOutcome[] = [];
  for (const outcome of outcomes) compared.push(await one(outcome));
  return { outcomes: compared, comparisons };
}

/** Compares the findings and packages of the scan with its baseline. */
function comparedWith(scan: ScanResult, baseline: Baseline): Comparison {
  const unseen = unseenIn(scan, baseline);
  const compared = withUnseen(compare(scan.findings, baseline), unseen);
  if (!baseline.withoutPaths) return { ...compared, packages: packageChanges(scan, baseline, unseen.package) };
  const given = new Map(baseline.packages.map((each) => [inPlainWords(each), each]));
  const before = { packages: [...given.keys()], findings: baseline.findings.map(findingInPlainWords) };
  const now = { packages: scan.packages.map(inPlainWords), findings: scan.findings.map(findingInPlainWords) };
  return {
    ...compared,
    packages: packageChanges(now, before, (each) => unseen.package(given.get(each) ?? each)),
  };
}

/** The judge's input for each target with a baseline. */
export function changesOf(
  comparisons: ReadonlyMap<Target, Comparison>,
): Required<Pick<JudgeSettings, "changes" | "unsettled">> {
  const compared = [...comparisons].flatMap(([target, each]) => ("none" in each ? [] : [[target, each] as const]));
  return {
    changes: new Map(compared.map(([target, { changeOf }]) => [target, changeOf])),
    unsettled: new Map(compared.map(([target, { unsettled }]) => [target, unsettled])),
  };
}

/** Why a target cannot be compared with any baseline. */
function incomparable({ target }: ScannedTarget, baseline: string): string | undefined {
  if (baseline === "auto" || target.kind === "image" || isBaselineFile(baseline)) return undefined;
  return target.kind === GIVEN_REPORT
    ? "a given report is compared with an earlier report by the same scanner, and the baseline is an image"
    : "the baseline is an image, and this target is not";
}

async function findNamed({ given: baseline, file, reports }: BaselineSource, world: World): Promise<Found> {
  if (isBaselineFile(baseline)) {
    const { baselineIn } = await import("./read-file.ts");
    const { bytes } = file ?? { bytes: readGivenFile({ what: "baseline", path: baseline }, world) };
    if (bytes !== undefined) return baselineIn(bytes, baseline, await reports());
    return () => ({ none: `the branch that sets the rules has no file ${baseline} yet`, trouble: true });
  }
  // As a target, the scanner would take it for a file.
  if (existsSync(resolve(world.workspace, baseline)))
    throw new GateError(
      "baseline-ambiguous",
      `\`baseline\` ${JSON.stringify(baseline)} is an image reference, and the workspace has a file of that name`,
      "The proposed change may have added it, to choose its own baseline. Remove the file; to name it as the baseline, write `./` in front.",
    );
  return () => ({
    source: { kind: "image", given: baseline, image: baseline },
    names: [baseline],
    contents: { reference: baseline },
    kinds: new Set(),
  });
}
