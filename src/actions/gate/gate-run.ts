import type { Target } from "../../domain/target.ts";
import { type Connect, connector } from "../../forge/connect.ts";
import type { Platform } from "../../job/job.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import type { Sboms } from "../../reports/sboms.ts";
import { NO_SCANS, type Scans } from "../../scan/scans.ts";
import type { LoadedPolicy } from "../../steps/load-policy.ts";
import type { GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { UNREAD_POLICY } from "../run-record.ts";
import { type ReportingInputs, reportingInputs } from "./inputs.ts";

/** The record of a run. Each step fills in its part, so that a run that breaks off still reports what was known. */
export interface GateRun {
  readonly now: Date;
  inputs: ReportingInputs;
  /** The server, connected once. */
  readonly forge: Connect;
  targets: readonly Target[];
  policy: LoadedPolicy;
  scans: Scans;
  /** Data beside the scans, and notes about the whole run. */
  around?: Pick<View, "dockerfile" | "bases" | "comparisons" | "notes"> | undefined;
  /** Files for other tools; absent if none are wanted, or it is not known which. */
  reports?: readonly PlannedReport[] | undefined;
  /** The reports that the scanner makes. */
  sboms?: Sboms | undefined;
  /** The name under which later runs find this run's report, to compare with it. */
  keptAs?: string | undefined;
  /** The cache, to which files may still be on their way. */
  cache?: SharedCache | undefined;
  /** The error that ended the run before there was anything to judge. */
  failure?: GateError;
}

/** The record at the beginning. Inputs of which some are wrong are still read for reporting. */
export function gateRun(world: World, platform: Platform): GateRun {
  const inputs = reportingInputs(world.env);
  const forge = connector(platform, () => run.inputs);
  const run: GateRun = { now: world.now(), inputs, forge, targets: [], policy: UNREAD_POLICY, scans: NO_SCANS };
  return run;
}
