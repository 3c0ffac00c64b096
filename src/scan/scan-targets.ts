import { mkdtempSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import type { ScanOutcome } from "../domain/judge/judge.ts";
import type { OpinionRules } from "../domain/opinions/merge-scans.ts";
import { type EndedScan, GIVEN_REPORT, type LocatedTarget, type ScanResult, type Target } from "../domain/target.ts";
import type { ReadersOfReports, Scanner, ScannerReport } from "../scanners/scanner.ts";
import { cancelled, GateError } from "../system/errors.ts";
import { statusOf } from "../system/given-files.ts";
import { removedAtEnd } from "../system/store/private-file.ts";
import type { World } from "../system/world.ts";
import { type Outcome, sayEnds, settled } from "./outcomes.ts";
import { ADVICE_MS, type Rescan, type Scans } from "./scans.ts";
import type { SeveralScanners } from "./several/several-scanners.ts";
import { locateTarget } from "./targets.ts";
import { type Machine, scanEach, thisMachine, type Worker } from "./workers.ts";

/** Scanners, readers and limits for a run's targets. */
export interface Scanning {
  /** Undefined if there is nothing to scan; an error if there is no usable scanner. */
  readonly scanner: SeveralScanners | GateError | undefined;
  /** The readers of given reports. Called only if a target is one. */
  readonly reports: ReadersOfReports;
  /** Maximum age of a given report and of the database that it was made with, in milliseconds. Absent: any. */
  readonly maxReportAge?: number | undefined;
  /** True to include the advisories' descriptions. */
  readonly descriptions?: boolean;
  /** Called with each target's report as soon as it is read; must not throw. */
  readonly onReport?: ((target: Target, report: ScannerReport) => void) | undefined;
  /** The log line for the end of one of several scans. */
  readonly progress: (ended: EndedScan) => string;
  /** The rules for merging several scanners' opinions on one target. Absent: the defaults. */
  readonly opinionRules?: OpinionRules | undefined;
  readonly machine?: Machine;
}

/**
 * Scans each target once, as many at a time as the machine allows; an existing report is read instead. A failure of one
 * target is only that target's error. Results are in the order of the targets; the log follows the order in which they
 * end.
 * @throws GateError `run-cancelled`
 */
export async function scanTargets(targets: readonly Target[], scanning: Scanning, world: World): Promise<Scans> {
  const { scanner } = scanning;
  const prefix = scanner === undefined || scanner instanceof GateError ? "" : `${scanner.name.toLowerCase()}-`;
  const numberOf = (target: Target) => (targets.length === 1 ? "" : `-${targets.indexOf(target) + 1}`);
  /** The path of the scanner's report on a target. */
  const fileOf = (target: Target) => join(world.runFolder, `${prefix}report${numberOf(target)}.json`);
  const asked = targets.flatMap((target) => [target, ...(target.opinions ?? [])]);
  const others = asked.filter((target) => !isReport(target));
  const found = new Map([
    ...(await readReports(asked.filter(isReport), scanning, world)),
    ...(await scanOpen(others, scanning, fileOf, world)),
  ]);
  const each = asked.map((target): ScanOutcome => ({ target, ...(found.get(target) as Outcome) }));
  // Several reports on one target, and reports on a scanned image, are merged into one outcome.
  const isSeveral = each.length > 1 && each.some(({ target }) => isReport(target));
  const outcomes = isSeveral ? (await import("./merge-outcomes.ts")).mergeOutcomes(each, scanning.opinionRules) : each;
  // A given report has no report from our scanner.
  const scanned = outcomes.filter((outcome) => "scan" in outcome && !isReport(outcome.target));
  const reportFileOf = new Map(scanned.map(({ target }) => [target, fileOf(target)]));
  const answers = { outcomes, reportFiles: [...reportFileOf.values()], reportFileOf };
  if (scanner === undefined || scanner instanceof GateError) return answers;
  const { databaseUpdatedAt, match, askAll = askedAlone(scanner) } = scanner;
  return {
    ...answers,
    databaseUpdatedAt,
    rescan: rescanWith(scanner, world),
    match: match && ((lists) => match(lists, { timeoutMs: ADVICE_MS }, world)),
    lookUp: askAll && ((target, listed) => askAll(target, listed, world)),
  };
}

function askedAlone(scanner: Scanner): SeveralScanners["askAll"] {
  if (scanner.match === undefined) return undefined;
  return async (target, listed, world) => {
    const { askAbout } = await import("./several/several-scanners.ts");
    return askAbout(scanner, { target, listed }, world);
  };
}

async function readReports(targets: readonly Target[], scanning: Scanning, world: World) {
  const found = new Map<Target, Outcome>();
  if (targets.length === 0) return found;
  const { readGivenReport } = await import("./scan-report.ts");
  const { reports, maxReportAge: maxAge, descriptions } = scanning;
  for (const target of targets) {
    const reading = { maxAge, descriptions, onReport: showing(target, scanning) };
    const read = async (isOwn: boolean) =>
      readGivenReport(target, { ...reading, reports: await reports(isOwn) }, world);
    // All readers are loaded for a `trivy-report` only if it cannot be read: one of them may know what it is.
    const scan = () => (target.anyScanner ? read(false) : read(true).catch(() => read(false)));
    found.set(target, await settled(async () => ({ scan: await scan() }), world));
    // Reading blocks this process, so it pauses to let a cancellation through.
    await turn();
    if (world.signal.aborted) throw cancelled();
  }
  return found;
}

/** Scans the targets without a given report. A path that is missing or wrong needs no scanner. */
async function scanOpen(
  targets: readonly Target[],
  scanning: Scanning,
  fileOf: (target: Target) => string,
  world: World,
) {
  const { scanner, machine = thisMachine(), progress } = scanning;
  const say = sayEnds(targets.length, progress, world.log);
  const ask = async (target: Target, { log }: World, act: (located: LocatedTarget) => Promise<ScanResult>) => {
    const began = performance.now();
    const outcome = await settled(async () => ({ scan: await act(locateTarget(target, world)) }), world);
    say(target.label, outcome, began, log);
    return outcome;
  };
  if (scanner === undefined || scanner instanceof GateError) {
    const found = new Map<Target, Outcome>();
    const why = scanner ?? new TypeError("a scan needs a scanner");
    for (const target of targets) found.set(target, await ask(target, world, () => Promise.reject(why)));
    return found;
  }
  const scan = (target: Target, { session, memory }: Worker, own: World) =>
    ask(target, own, async (located) => {
      const options = { reportFile: fileOf(target), memory, onReport: showing(target, scanning) };
      return requireLookedInto(await session.scan(target, located, options, own), target, located);
    });
  return scanEach(targets, { scanner, machine }, scan, world).catch((why: unknown) => {
    // No output names the reports of a run that failed.
    for (const target of targets) rmSync(fileOf(target), { force: true });
    throw why;
  });
}

function showing(target: Target, { onReport }: Pick<Scanning, "onReport">) {
  return onReport && ((report: ScannerReport) => onReport(target, report));
}

function isReport({ kind }: Target): boolean {
  return kind === GIVEN_REPORT;
}

/**
 * Scans one after the other, with a separate cache: a target's scan must not influence the scan that it is compared
 * with.
 */
function rescanWith(scanner: Scanner, world: World): Rescan {
  const session = scanner.session(join(world.runFolder, "compared-cache"));
  return async (target, options = {}) => {
    const { input, platform } = target;
    const located: LocatedTarget = options.anonymous
      ? { how: "reference", location: input, platform }
      : locateTarget(target, world);
    const folder = mkdtempSync(join(world.runFolder, "rescan-"));
    using _ = removedAtEnd(folder);
    return await session.scan(target, located, { ...options, reportFile: join(folder, "report.json") }, world);
  };
}

/**
 * A scanner knows lock files by their names, and passes over any other file silently. In a folder that is expected. A
 * file that was named alone would pass although no scanner has read it.
 * @throws GateError `path-not-read`
 */
async function requireLookedInto(
  scan: ScanResult,
  { kind, input }: Target,
  { how, location }: LocatedTarget,
): Promise<ScanResult> {
  if (how !== "folder" || statusOf(location)?.isFile() !== true) return scan;
  const { findings, packages, coverage } = scan;
  if (findings.length > 0 || packages.length > 0 || coverage === undefined) return scan;
  const { scanners = [] } = scan.provenance;
  const asksPackages = scanners.includes("vuln") || scanners.includes("license");
  const isPassedOver = coverage.rows.every(
    ({ subject, status }) =>
      status === "nothing-there" || status === "not-asked" || (asksPackages && IN_ANY_TEXT.has(subject)),
  );
  if (!isPassedOver) return scan;
  const { kindsOf } = await import("../images/layers/inventory/kinds.ts");
  const name = basename(location);
  // The scanner read it, and found no packages. A list of requirements may have some that the scanner ignores.
  if (name.includes("lock") && kindsOf(name).includes("lock-file")) return scan;
  throw new GateError(
    "path-not-read",
    `\`${kind}\` ${JSON.stringify(input)} is a file in which the scanner recognised nothing`,
    "Name a lock file by its usual name, or the folder that it is in. An SBOM, an image and a scanner's report are separate kinds of targets: `sbom`, `image` and `scan-report`. To search any text for secrets, use `scanners: secret` alone.",
  );
}

/** Classes that are searched for in any text. They say nothing about packages, if those were asked for, too. */
const IN_ANY_TEXT: ReadonlySet<string> = new Set(["Secrets", "Licences"]);
