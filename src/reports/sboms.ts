import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { GIVEN_REPORT, GIVEN_REPORT_NAME, isSbomFormat, type SbomFormat, type Target } from "../domain/target.ts";
import type { SbomMaker, ScannerReport } from "../scanners/scanner.ts";
import { GateError } from "../system/errors.ts";
import { atMost } from "../system/pool.ts";
import type { World } from "../system/world.ts";
import type { PlannedReport } from "./planned-reports.ts";

/** The SBOMs of a run. They are made while its other targets are scanned and judged. */
export interface Sboms {
  /** Starts to make the SBOMs of a target whose report has been read. Never throws. */
  readonly take: (target: Target, report: ScannerReport) => void;
  /**
   * Waits for a planned SBOM and returns its file.
   * @throws GateError why it could not be made
   */
  fileOf(report: PlannedReport): Promise<string>;
  /** Stops the work in progress and waits for its end. Never throws. */
  end(): Promise<void>;
}

/** Number of SBOMs made at a time: a runner has two cores or more, and the scans need them too. */
const AT_A_TIME = 2;

/**
 * Prepares the SBOMs among the planned reports; returns undefined if there are none.
 * @param maker returns the function that makes them; called once, and only if there is an SBOM to make
 */
export function beginSboms(
  planned: readonly PlannedReport[],
  maker: (signal: AbortSignal) => Promise<SbomMaker>,
  world: World,
): Sboms | undefined {
  const wanted = planned.flatMap(({ format, path, target }, index) =>
    isSbomFormat(format) ? [{ format, path, target, index }] : [],
  );
  if (wanted.length === 0) return undefined;
  const stop = new AbortController();
  const signal = AbortSignal.any([world.signal, stop.signal]);
  const folder = join(world.runFolder, "sboms");
  /** The files by the final path of each SBOM. */
  const files = new Map<string, Promise<string>>();
  const inTurn = atMost(AT_A_TIME);
  let making: Promise<SbomMaker> | undefined;

  async function made(format: SbomFormat, packages: string, output: string): Promise<string> {
    making ??= maker(signal);
    await (await making).make({ format, packages, output }, { ...world, signal });
    return output;
  }
  return {
    take(target, report) {
      const ofTarget = wanted.filter((each) => each.target === target);
      if (ofTarget[0] === undefined) return;
      const packages = join(folder, `packages-${ofTarget[0].index}.json`);
      // Written at once: the report is large and must not stay in memory.
      const written = (async () => writePackages(packages, report, target, world))();
      for (const { format, path, index } of ofTarget) {
        const file = inTurn(() => written.then(() => made(format, packages, join(folder, `sbom-${index}.json`))));
        files.set(path, file);
        // The caller of `fileOf` gets the error.
        file.catch(() => {});
      }
    },
    async fileOf(report) {
      const file = files.get(report.path);
      if (file === undefined) throw notScanned(report);
      return file;
    },
    async end() {
      stop.abort();
      await Promise.allSettled(files.values());
    },
  };
}

function writePackages(file: string, report: ScannerReport, target: Target, { log }: World): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, report.packages(target), { mode: 0o600 });
  if (target.kind !== GIVEN_REPORT || report.listsPackages) return;
  const what = `The ${GIVEN_REPORT_NAME} ${JSON.stringify(target.input)} lists no packages, so its SBOM has hardly anything in it`;
  log.warning(new GateError("sbom-empty", what, "Make the report without `--list-all-pkgs=false`.").message);
}

function notScanned({ format }: PlannedReport): GateError {
  return new GateError(
    "sbom-not-made",
    `There is nothing to make the ${format} report of`,
    "The verdict is unaffected.",
  );
}
