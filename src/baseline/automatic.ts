import type { NotCompared } from "../domain/change/comparison.ts";
import type { Access, Change, KeptReport, Platform } from "../platforms/platform.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { artifactName, REPORT_FILE } from "./artifact-name.ts";
import type { AutomaticBaseline } from "./compare-targets.ts";
import { baselineInReport } from "./report-baseline.ts";
import { type StoredReport, storedReportSchema } from "./stored-report.ts";
import { onlyMember, UnusableArchive } from "./unzip.ts";

/** Of an archive, and of the report in it: 50,000 findings have 30 MB. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface AutomaticOptions {
  /** The gate's name, by which the default branch's runs have kept their report. */
  readonly name: string;
  readonly access: Access;
  readonly platform: Pick<Platform, "keptReports" | "change">;
}

/**
 * The report of the default branch's last good run. Trouble is no error: there is no baseline then, and why is said.
 */
export function automaticBaseline(
  { name, access, platform }: AutomaticOptions,
  { log, signal }: Pick<World, "log" | "signal">,
): AutomaticBaseline {
  return async () => {
    try {
      const kept = await platform.keptReports({ name: artifactName(name), maxBytes: MAX_BYTES }, access);
      return "none" in kept ? kept : await newest(kept, platform.change, log);
    } catch (thrown) {
      if (signal.aborted) throw thrown;
      const { what, remedy } = asGateError(thrown);
      log.info(`No baseline: ${what}. ${remedy}`);
      return { none: what, trouble: true };
    }
  };
}

async function newest(
  reports: AsyncIterable<KeptReport>,
  change: Change,
  log: World["log"],
): Promise<Awaited<ReturnType<AutomaticBaseline>>> {
  for await (const kept of reports) {
    const report = readReport(kept);
    if ("unusable" in report) {
      log.info(`Baseline: the report of run ${kept.url ?? kept.commit} is not taken: it ${report.unusable}.`);
      continue;
    }
    const { branch, commit, url, madeAt } = kept;
    const source = { kind: "run", branch, commit, url, madeAt } as const;
    return (judged) => baselineInReport(report, judged, source, `The report of ${branch}`);
  }
  return none(change);
}

function none({ defaultBranch }: Change): NotCompared {
  return {
    none: `no successful run on ${defaultBranch ?? "the default branch"} was found that has kept a report under this name`,
  };
}

function readReport({ zip }: KeptReport): StoredReport | { unusable: string } {
  try {
    const text = onlyMember(zip, REPORT_FILE, MAX_BYTES).toString("utf8");
    const report = storedReportSchema.parse(JSON.parse(text));
    const isWhole = report.targets.every(({ verdict, packages }) => verdict !== "error" && packages !== undefined);
    return isWhole ? report : { unusable: "lacks what a comparison needs" };
  } catch (error) {
    return {
      unusable: error instanceof UnusableArchive ? error.message : "is not a report that this Image Gate reads",
    };
  }
}
