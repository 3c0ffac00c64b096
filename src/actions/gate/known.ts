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

/** What a run has come to know. Of a run that breaks down it is as much as there was by then. */
export interface Known {
  readonly now: Date;
  inputs: ReportingInputs;
  /** What the run may ask its platform. */
  access(): Access;
  /** What inputs name as files to read, targets aside. */
  readonly namedFiles: readonly string[];
  targets: readonly Target[];
  policy: LoadedPolicy;
  scans: Scans;
  /** What is around the scans, and what a reader must know of the whole run. */
  around?: Pick<View, "dockerfile" | "bases" | "comparisons" | "notes"> | undefined;
  /** Files for other tools; absent: none are asked for, or it is not known which. */
  reports?: readonly PlannedReport[] | undefined;
  /** Those of them that the scanner makes. */
  sboms?: Sboms | undefined;
  /** The name by which later runs may find this one's report, to compare with it. */
  keptAs?: string | undefined;
  /** What ended the run before there was anything to judge. */
  failure?: GateError;
  /** Something may still be on its way to it. */
  cache?: SharedCache | undefined;
}

/** Before anything was read but what reporting needs. */
export function beginning(world: World): Known {
  return {
    now: world.now(),
    inputs: reportingInputs(world.env),
    targets: [],
    policy: { policy: EMPTY_POLICY, source: { from: "workspace" }, change: undefined },
    scans: NO_SCANS,
    namedFiles: namedFiles(world.env),
    access() {
      const { token = "", offline } = this.inputs;
      return { token, offline };
    },
  };
}
