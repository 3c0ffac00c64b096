import type { Target } from "../../domain/target.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import type { Sboms } from "../../reports/sboms.ts";
import { NO_SCANS, type Scans } from "../../scan/scans.ts";
import type { LoadedPolicy } from "../../steps/load-policy.ts";
import type { GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { UNREAD_POLICY } from "../run-steps.ts";
import { type ReportingInputs, reportingInputs } from "./inputs.ts";

/** What a run learns, step by step. */
export interface Learnt {
  readonly inputs: ReportingInputs;
  readonly targets: readonly Target[];
  readonly policy: LoadedPolicy;
  readonly scans: Scans;
  /** Data beside the scans, and notes about the whole run. */
  readonly around: Pick<View, "dockerfile" | "bases" | "comparisons" | "notes"> | undefined;
  /** Files for other tools; absent if none are wanted, or it is not known which. */
  readonly reports: readonly PlannedReport[] | undefined;
  /** The reports that the scanner makes. */
  readonly sboms: Sboms | undefined;
  /** The name under which later runs find this run's report, to compare with it. */
  readonly keptAs: string | undefined;
  /** The cache, to which files may still be on their way. */
  readonly cache: SharedCache | undefined;
}

type Always = "inputs" | "targets" | "policy" | "scans";

/** What is known at the end of a run, however it ended. */
export interface RunContext extends Pick<Learnt, Always>, Partial<Omit<Learnt, Always>> {
  readonly now: Date;
  /** What ended the run before there was anything to judge. */
  readonly failure?: GateError;
}

/** Completes what a run has learnt. Inputs of which some are wrong are still read for reporting. */
export function contextOf(learnt: Partial<Learnt>, now: Date, world: World): RunContext {
  const inputs = learnt.inputs ?? reportingInputs(world.env);
  return { targets: [], policy: UNREAD_POLICY, scans: NO_SCANS, ...learnt, inputs, now };
}
