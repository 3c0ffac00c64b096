import { EMPTY_POLICY, type Policy } from "../domain/policy/policy.ts";
import type { View } from "../render/view.ts";

/** The policy that a run is judged by. */
export interface LoadedPolicy {
  readonly policy: Policy;
  /** For the view: where the policy came from, and what the pull request changes in it. */
  readonly source: View["policy"];
  readonly change: View["policyChange"];
}

/** Before a policy was read. */
export const NO_POLICY: LoadedPolicy = { policy: EMPTY_POLICY, source: { from: "workspace" }, change: undefined };
