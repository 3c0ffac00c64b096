import type { Target } from "../../domain/target.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/planned-reports.ts";
import type { Sboms } from "../../reports/sboms.ts";
import { NO_SCANS, type Scans } from "../../scan/scans.ts";
import type { LoadedPolicy } from "../../steps/load-policy.ts";
import type { GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { type Beginning, UNREAD_POLICY, withBeginning } from "../beginning.ts";
import { namedFiles, type ReportingInputs, reportingInputs } from "./inputs.ts";

/** What a run has learnt so far. If the run fails, it has what was known by then. */
export interface RunContext extends Beginning<ReportingInputs> {
  /** The files to read that inputs name, except targets. */
  readonly namedFiles: readonly string[];
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
  /** What ended the run before there was anything to judge. */
  failure?: GateError;
  /** The cache, to which files may still be on their way. */
  cache?: SharedCache | undefined;
}

/** What is known at the beginning, when only the inputs for reporting have been read. */
export function beginning(world: World): RunContext {
  return withBeginning(world, reportingInputs, {
    targets: [],
    policy: UNREAD_POLICY,
    scans: NO_SCANS,
    namedFiles: namedFiles(world.env),
  });
}
