import type { Rescanned, SourceOutcome } from "../../domain/history/running.ts";
import type { ShardRun } from "../../fleet/shard-report.ts";
import type { StateStore } from "../../forge/forge.ts";
import type { Platform, RunChange } from "../../job/job.ts";
import type { LoadedState } from "../../state/load.ts";
import type { JudgingRun } from "../../steps/load-rules.ts";
import type { World } from "../../system/world.ts";
import { beginRun } from "../run-record.ts";
import { type Inputs, readCorrect } from "./inputs.ts";

/** The history as it was before this run, and where it is kept. */
export interface History extends LoadedState {
  /** Absent: it is kept nowhere, and this is why, as a clause. */
  readonly store: StateStore | { readonly none: string };
}

/** The record of a run. */
export interface RescanRun extends JudgingRun {
  inputs: Inputs;
  sources: readonly SourceOutcome[];
  /** The images that run, with their verdicts. Empty: there was nothing to judge. */
  rescanned: readonly Rescanned[];
  /** SBOMs of images that this run has scanned for the first time, packed by gzip, by digest. */
  sboms: ReadonlyMap<string, Buffer>;
  /** The history as it was before this run. Absent: it was not loaded yet. */
  history?: History;
  /** Notes about the whole run, as plain sentences. */
  notes: readonly string[];
}

/** The record at the beginning. */
export function rescanRun(world: Pick<World, "env" | "now">, platform: Platform): RescanRun {
  const nothing = { sources: [], rescanned: [], sboms: new Map(), notes: [] };
  return Object.assign(beginRun(readCorrect(world.env), platform, world), nothing);
}

/** The run of the platform, as the reports of its shards name it. */
export function runOf({ repository, stamp }: RunChange): ShardRun | undefined {
  return stamp && { repository, run: stamp.run, attempt: stamp.attempt };
}
