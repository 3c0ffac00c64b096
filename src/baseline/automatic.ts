import type { NotCompared } from "../domain/change/comparison.ts";
import { connect } from "../platforms/github/api/api.ts";
import { type KeptArtifact, keptArtifacts } from "../platforms/github/artifacts/kept-reports.ts";
import type { GitHubEvent } from "../platforms/github/event.ts";
import { asGateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { artifactName, REPORT_FILE } from "./artifact-name.ts";
import type { AutomaticBaseline } from "./compare-targets.ts";
import { baselineInReport } from "./report-baseline.ts";
import { type StoredReport, storedReportSchema } from "./stored-report.ts";
import { onlyMember, UnusableArchive } from "./unzip.ts";

/** Of an archive, and of the report in it: 50,000 findings have 30 MB. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Milliseconds for one request, a download included. */
const TIMEOUT_MS = 20_000;
const BUDGET_MS = 30_000;

export interface AutomaticOptions {
  /** The gate's name, by which the default branch's runs have kept their report. */
  readonly name: string;
  readonly event: GitHubEvent;
  readonly token: string | undefined;
  readonly offline: boolean;
}

/**
 * The report of the default branch's last good run. Trouble is no error: there is no baseline then, and why is said.
 */
export function automaticBaseline(
  options: AutomaticOptions,
  world: Pick<World, "env" | "log" | "signal">,
): AutomaticBaseline {
  const { event, token, offline, name } = options;
  return async () => {
    if (event.name === "" || event.repository === undefined)
      return { none: "there is no GitHub repository whose default branch could be asked", quiet: true };
    if (offline) return { none: "`offline` forbids to ask GitHub for the default branch's report", quiet: true };
    if (!hasChange(event)) return { none: "this run is about no change", quiet: true };
    if (token === undefined || token === "") return { none: "there is no `token` to ask GitHub with", trouble: true };
    try {
      return await newest({ event, token, name }, world);
    } catch (thrown) {
      if (world.signal.aborted) throw thrown;
      const { what, remedy } = asGateError(thrown);
      world.log.info(`No baseline: ${what}. ${remedy}`);
      return { none: what, trouble: true };
    }
  };
}

/** A pull request, a push, or what has become of the default branch since its last run. */
function hasChange({ name, pullRequest, lookup }: GitHubEvent): boolean {
  return pullRequest !== undefined || lookup !== undefined || name === "push" || name === "schedule";
}

async function newest(
  { event, token, name }: Omit<AutomaticOptions, "offline" | "token"> & { readonly token: string },
  { env, log, signal }: Pick<World, "env" | "log" | "signal">,
): Promise<Awaited<ReturnType<AutomaticBaseline>>> {
  const api = await connect({ token, event, signal, timeoutMs: TIMEOUT_MS, budgetMs: BUDGET_MS });
  const search = { name: artifactName(name), maxBytes: MAX_BYTES, ownRun: Number(env.GITHUB_RUN_ID) || undefined };
  const passedOver = (id: number, why: string) => log.debug(`Baseline: the artifact ${id} is not taken: ${why}.`);
  for await (const kept of keptArtifacts(api, search, passedOver)) {
    const report = readReport(kept);
    if ("unusable" in report) {
      log.info(`Baseline: the report of run ${kept.url ?? kept.commit} is not taken: it ${report.unusable}.`);
      continue;
    }
    const { branch, commit, url, madeAt } = kept;
    const source = { kind: "run", branch, commit, url, madeAt } as const;
    return (judged) => baselineInReport(report, judged, source, `The report of ${branch}`);
  }
  return none(event);
}

function none({ defaultBranch }: GitHubEvent): NotCompared {
  return {
    none: `no successful run on ${defaultBranch ?? "the default branch"} was found that has kept a report under this name`,
  };
}

function readReport({ zip }: KeptArtifact): StoredReport | { unusable: string } {
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
