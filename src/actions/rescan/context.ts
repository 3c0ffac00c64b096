import type { SourceOutcome } from "../../domain/history/running.ts";
import type { Rescanned } from "../../domain/history/seen.ts";
import type { ShardRun } from "../../fleet/shard-report.ts";
import type { Change, StateStore } from "../../platforms/platform.ts";
import type { LoadedState } from "../../state/state.ts";
import type { LoadedPolicy } from "../../steps/load-policy.ts";
import type { GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { type Beginning, UNREAD_POLICY, withBeginning } from "../beginning.ts";
import { type Inputs, type ReportingInputs, reportingInputs } from "./inputs.ts";

/** The history as it was before this run, and where it is kept. */
export interface History extends LoadedState {
  /** Absent: it is kept nowhere, and this is why, as a clause. */
  readonly store: StateStore | { readonly none: string };
}

/** What a run has learnt so far. If the run fails, it has what was known by then. */
export interface RunContext extends Beginning<ReportingInputs> {
  /** All inputs. Absent: they are wrong. */
  wanted?: Inputs | undefined;
  policy: LoadedPolicy;
  sources: readonly SourceOutcome[];
  /** The images that run, with their verdicts. Empty: there was nothing to judge. */
  rescanned: readonly Rescanned[];
  /** SBOMs of images that this run has scanned for the first time, packed by gzip, by digest. */
  sboms: ReadonlyMap<string, Buffer>;
  /** The history as it was before this run. Absent: it was not asked for yet. */
  history?: History | undefined;
  /** Notes about the whole run, as plain sentences. */
  notes: readonly string[];
  /** What ended the run before there was anything to judge. */
  failure?: GateError;
  /** The cache, to which files may still be on their way. */
  cache?: SharedCache | undefined;
}

/** What is known at the beginning, when only the inputs for reporting have been read. */
export function beginning(world: World): RunContext {
  return withBeginning(world, reportingInputs, {
    policy: UNREAD_POLICY,
    sources: [],
    rescanned: [],
    sboms: new Map(),
    notes: [],
  });
}

/** The run of the platform, as the reports of its shards name it. */
export function runOf({ repository, stamp }: Change): ShardRun | undefined {
  return stamp && { repository, run: stamp.run, attempt: stamp.attempt };
}
