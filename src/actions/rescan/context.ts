import type { SourceOutcome } from "../../domain/history/running.ts";
import type { Rescanned } from "../../domain/history/seen.ts";
import type { ShardRun } from "../../fleet/shard-report.ts";
import type { Platform, RunChange, StateStore } from "../../platforms/platform.ts";
import type { LoadedState } from "../../state/state.ts";
import type { LoadedPolicy } from "../../steps/load-policy.ts";
import type { GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { UNREAD_POLICY } from "../run-steps.ts";
import { type Inputs, type ReportingInputs, reportingInputs } from "./inputs.ts";

/** The history as it was before this run, and where it is kept. */
export interface History extends LoadedState {
  /** Absent: it is kept nowhere, and this is why, as a clause. */
  readonly store: StateStore | { readonly none: string };
}

/** What a run learns, step by step. */
export interface Learnt {
  /** All inputs. Absent: they are wrong. */
  readonly wanted: Inputs;
  readonly policy: LoadedPolicy;
  readonly sources: readonly SourceOutcome[];
  /** The images that run, with their verdicts. Empty: there was nothing to judge. */
  readonly rescanned: readonly Rescanned[];
  /** SBOMs of images that this run has scanned for the first time, packed by gzip, by digest. */
  readonly sboms: ReadonlyMap<string, Buffer>;
  /** The history as it was before this run. Absent: it was not loaded yet. */
  readonly history: History;
  /** Notes about the whole run, as plain sentences. */
  readonly notes: readonly string[];
  /** The cache, to which files may still be on their way. */
  readonly cache: SharedCache | undefined;
}

type Optional = "wanted" | "history" | "cache";

/** What is known at the end of a run, however it ended. */
export interface RunContext extends Omit<Learnt, Optional>, Partial<Pick<Learnt, Optional>> {
  readonly now: Date;
  readonly inputs: ReportingInputs;
  /** What ended the run before there was anything to judge. */
  readonly failure?: GateError;
}

/** Completes what a run has learnt. Inputs of which some are wrong are still read for reporting. */
export function contextOf(learnt: Partial<Learnt>, now: Date, world: World): RunContext {
  const inputs = learnt.wanted ?? reportingInputs(world.env);
  const none = { policy: UNREAD_POLICY, sources: [], rescanned: [], sboms: new Map(), notes: [] };
  return { ...none, ...learnt, inputs, now };
}

/** The cache that outlives the machine, if the run may use one. */
export async function cacheFor({ cache, offline }: Inputs, platform: Platform): Promise<SharedCache | undefined> {
  return cache && !offline ? await platform.sharedCache?.() : undefined;
}

/** The run of the platform, as the reports of its shards name it. */
export function runOf({ repository, stamp }: RunChange): ShardRun | undefined {
  return stamp && { repository, run: stamp.run, attempt: stamp.attempt };
}
