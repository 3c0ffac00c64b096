import type { NotCompared } from "../domain/change/comparison.ts";
import type { Log } from "../system/world.ts";
import type { KeptReport } from "./forge.ts";

/** What a server says about the run that stored a report. Absent: it does not say that, or not yet. */
export interface StoringRun extends Partial<Pick<KeptReport, "commit" | "url" | "madeAt">> {
  readonly run?: number | undefined;
  readonly trigger?: string | undefined;
  readonly branch?: string | undefined;
  readonly isTag?: boolean | undefined;
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
  readonly bytes?: number | undefined;
  readonly isExpired?: boolean | undefined;
  /** The facts that need another request. */
  details?(): Promise<StoringRun>;
  /** Whether a commit is on the default branch; absent: its run was never a tag's. */
  isOnBranch?(commit: string): Promise<boolean>;
  /** The report itself. Undefined: it is not there any more, or has other bytes than the server says. */
  read(): Promise<Pick<KeptReport, "zip" | "report"> | undefined>;
}

/** The run that looks for a baseline. */
interface Looking {
  /** The default branch. */
  readonly branch: string;
  /** This run, whose own reports do not count. */
  readonly ownRun: number | undefined;
  readonly maxBytes: number;
}

/** Each takes up to three requests, within the budget for all of them. */
const MOST_TRIED = 40;

/**
 * The triggers of runs whose reports are trusted: only somebody who may push to the default branch causes them. Others
 * have variables of their own, or judge a stranger's change.
 */
export const BASELINE_TRIGGERS: readonly string[] = ["push", "schedule", "parent_pipeline"];

export const NO_CHANGE: NotCompared = { none: "this run is about no change", quiet: true };

/** Why a run's report is not trusted as a baseline, as a clause. Undefined: nothing that is known speaks against it. */
export function untrustedBecause(
  { run, trigger, branch, isTag, isElsewhere, isSuccessful }: StoringRun,
  looking: Pick<Looking, "branch"> & Partial<Looking>,
): string | undefined {
  if (run !== undefined && run === looking.ownRun) return "it is of this run";
  if (isElsewhere) return "its run is of another repository's branch";
  if (isTag || (branch ?? looking.branch) !== looking.branch) return `its run is not of ${looking.branch}`;
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
    let why = unfit(one, looking);
    if (why === undefined && ++tried > MOST_TRIED) return;
    const run = { ...one.listed, ...(why === undefined && (await one.details?.())) };
    why ??= untrustedBecause(run, looking);
    const { commit = "", url, madeAt } = run;
    if (why === undefined && (await one.isOnBranch?.(commit)) === false) why = `its commit is not on ${looking.branch}`;
    const found = why === undefined ? await one.read() : undefined;
    if (found !== undefined) yield { ...found, branch: looking.branch, commit, url, madeAt };
    else
      log.debug(
        `Baseline: ${one.label} is not taken: ${why ?? "it is not there any more, or was changed on the way"}.`,
      );
  }
}

/** Why the list alone says that it is not taken. */
function unfit({ isExpired, bytes = 0, listed }: StoredReport, looking: Looking): string | undefined {
  if (isExpired) return "it has expired, or its run is gone";
  if (bytes > looking.maxBytes) return `it has more than ${looking.maxBytes} bytes`;
  return untrustedBecause(listed, looking);
}
