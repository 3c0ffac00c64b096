import type { RunChange } from "../job/job.ts";
import type { Log } from "../system/world.ts";
import type { KeptReport } from "./forge.ts";

/**
 * The server's facts about the run that stored a report. A fact is absent if the server does not give it, or not yet.
 */
export interface StoringRun extends Partial<Pick<KeptReport, "commit" | "url" | "madeAt">> {
  readonly run?: number | undefined;
  readonly trigger?: string | undefined;
  /** Empty: it is on no branch. */
  readonly branch?: string | undefined;
  /** Its head is of another repository. */
  readonly isElsewhere?: boolean | undefined;
  readonly isSuccessful?: boolean | undefined;
}

/** A report that is stored on a server. The server decides nothing. */
export interface StoredReport {
  /** `the artifact 7`. */
  readonly label: string;
  /** The facts about its run that are known without another request. */
  readonly listed: StoringRun;
  /** The reason in the list why it cannot be had, as a clause. */
  readonly unfit?: string | undefined;
  /** The facts that need another request. */
  details?(): Promise<StoringRun>;
  /** The report or a zip with it; or the reason why it cannot be had, as a clause. */
  read(run: StoringRun): Promise<Buffer | string>;
}

/** The run that looks for a baseline. */
interface Looking {
  /** The default branch. */
  readonly branch: string;
  /** This run, whose own reports do not count. */
  readonly ownRun: number | undefined;
}

/** Maximum number of bytes of a stored report, and of an archive with it: 50,000 findings take 30 MB. */
export const MOST_REPORT_BYTES = 256 * 1024 * 1024;

/** Maximum number of reports that are tried. Each takes up to three requests, within the budget for all of them. */
const MOST_TRIED = 40;

/**
 * The triggers of runs whose reports are trusted: only an account that may push to the default branch causes them.
 * Other runs have variables that the user sets, or judge a stranger's change.
 */
export const BASELINE_TRIGGERS: readonly string[] = ["push", "schedule", "parent_pipeline"];

/** True if later runs trust this run's report, as far as its trigger says. */
export function isBaseline({
  trigger,
  branch = "",
  defaultBranch = "",
}: RunChange & Pick<StoringRun, "branch">): boolean {
  return defaultBranch !== "" && untrustedBecause({ trigger, branch }, { branch: defaultBranch }) === undefined;
}

/** Why a run's report is not trusted as a baseline, as a clause. Undefined: no known fact speaks against it. */
export function untrustedBecause(
  { run, trigger, branch, isElsewhere, isSuccessful }: StoringRun,
  looking: Pick<Looking, "branch"> & Partial<Looking>,
): string | undefined {
  if (run !== undefined && run === looking.ownRun) return "it is of this run";
  if (isElsewhere) return "its run is of another repository's branch";
  if ((branch ?? looking.branch) !== looking.branch) return `its run is not of ${looking.branch}`;
  if (trigger !== undefined && !BASELINE_TRIGGERS.includes(trigger)) return `its run was started by ${trigger}`;
  return isSuccessful === false ? "its run was not successful" : undefined;
}

/**
 * The reports that a baseline may come from, in the server's order. Their runs must be successful runs of the default
 * branch by one of {@link BASELINE_TRIGGERS}, and their commit must be on that branch. Any change can store reports of
 * any name, and a fork's branch or a tag can have the default branch's name. None of these can make such a run.
 */
export async function* baselines(
  stored: AsyncIterable<StoredReport>,
  looking: Looking,
  log: Pick<Log, "debug">,
): AsyncGenerator<KeptReport> {
  let tried = 0;
  for await (const one of stored) {
    let run = one.listed;
    let why = one.unfit ?? untrustedBecause(run, looking);
    if (why === undefined) {
      if (++tried > MOST_TRIED) return;
      run = { ...run, ...(await one.details?.()) };
      why = untrustedBecause(run, looking);
    }
    const report = why ?? (await one.read(run));
    const { commit = "", url, madeAt } = run;
    if (typeof report !== "string") yield { report, branch: looking.branch, commit, url, madeAt };
    else log.debug(`Baseline: ${one.label} is not taken: ${report}.`);
  }
}
