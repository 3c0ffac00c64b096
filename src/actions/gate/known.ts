import { EMPTY_POLICY } from "../../domain/policy/policy.ts";
import type { Target } from "../../domain/target.ts";
import type { Access } from "../../platforms/platform.ts";
import type { View } from "../../render/view.ts";
import type { PlannedReport } from "../../reports/plan.ts";
import type { Sboms } from "../../reports/sboms.ts";
import { NO_SCANS, type Scans } from "../../scan/scans.ts";
import type { LoadedPolicy } from "../../steps/load-policy.ts";
import type { GateError } from "../../system/errors.ts";
import type { SharedCache } from "../../system/shared-cache.ts";
import type { World } from "../../system/world.ts";
import { namedFiles, type ReportingInputs, reportingInputs } from "./inputs.ts";

/** What a run has learnt so far. If the run fails, it has what was known by then. */
export interface Known {
  readonly now: Date;
  inputs: ReportingInputs;
  /** What the run may ask its platform. */
  access(): Access;
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
export function beginning(world: World): Known {
  let inputs: ReportingInputs | undefined;
  return {
    // Read only if the run ends before all of them could be read.
    get inputs() {
      inputs ??= reportingInputs(world.env);
      return inputs;
    },
    set inputs(read) {
      inputs = read;
    },
    now: world.now(),
    targets: [],
    policy: { policy: EMPTY_POLICY, source: { from: "workspace", isUnread: true }, change: undefined },
    scans: NO_SCANS,
    namedFiles: namedFiles(world.env),
    access() {
      const { token = "", offline } = this.inputs;
      return { token, offline };
    },
  };
}
