import type { Target } from "../../domain/target.ts";
import type { Platform } from "../../job/job.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import type { Sboms } from "../../reports/sboms.ts";
import { NO_SCANS, type Scans } from "../../scan/scans.ts";
import type { JudgingRun } from "../../steps/load-rules.ts";
import type { World } from "../../system/world.ts";
import { beginRun } from "../run-record.ts";
import { type Inputs, readCorrect } from "./inputs.ts";

/** The record of a run. */
export interface GateRun extends JudgingRun {
  inputs: Inputs;
  targets: readonly Target[];
  scans: Scans;
  /** Data alongside the scans, and notes about the whole run. */
  around?: Pick<View, "dockerfile" | "bases" | "comparisons" | "notes"> | undefined;
  /** Files for other tools; absent if none are wanted, or it is not known which. */
  reports?: readonly PlannedReport[] | undefined;
  /** The reports that the scanner makes. */
  sboms?: Sboms | undefined;
  /** The name under which later runs find this run's report, to compare with it. */
  keptAs?: string | undefined;
}

/** The record at the beginning. */
export function gateRun(world: World, platform: Platform): GateRun {
  return Object.assign(beginRun(readCorrect(world.env), platform, world), { targets: [], scans: NO_SCANS });
}
