import { dayOf } from "../domain/dates.ts";
import type { Connect } from "../forge/connect.ts";
import type { Platform } from "../job/job.ts";
import type { RulesFrom } from "../render/view.ts";
import type { GateError } from "../system/errors.ts";
import type { SharedCache } from "../system/shared-cache.ts";
import type { World } from "../system/world.ts";
import { beginWeighing, type Weighing } from "./enrich.ts";
import { type LoadedPolicy, loadPolicy, withChanges } from "./load-policy.ts";
import type { NamedRuleFiles, RuleFiles } from "./rule-files.ts";
import { ruleSource } from "./rule-source.ts";

/** The rules for judging, in addition to an action's inputs. */
export interface Rules {
  /** With the changes of the files that count as part of it. */
  readonly policy: LoadedPolicy;
  readonly baseline?: RuleFiles["baseline"];
  readonly weighing: Weighing;
  readonly notes: readonly string[];
}

interface NamedRules extends NamedRuleFiles {
  /** The policy's path. */
  readonly policy: string | undefined;
  readonly policyFrom?: RulesFrom;
  readonly offline: boolean;
}

/**
 * The record of a run that judges. Each step fills in its part, so that a run that breaks off still reports all known
 * facts.
 */
export interface JudgingRun {
  readonly now: Date;
  /** The server, connected once. */
  readonly forge: Connect;
  policy: LoadedPolicy;
  /** The cache, to which files may still be on their way. */
  cache?: SharedCache | undefined;
  /** The error that ended the run before there was anything to judge. */
  failure?: GateError;
}

/** Loads the policy and the files that count as part of it, and begins to prepare the other weights of findings. */
export async function loadRules(named: NamedRules, run: JudgingRun, platform: Platform, world: World): Promise<Rules> {
  const { vex, baseline = "none", offline, readers, policyFrom = "workspace" } = named;
  const source = ruleSource(policyFrom, run.forge, platform);
  const own = await loadPolicy(named.policy, source, dayOf(run.now), world);
  run.policy = own;
  const isNone = vex.length === 0 && ["auto", "none"].includes(baseline);
  const files: RuleFiles = isNone
    ? { vex: [], changes: [], notes: [] }
    : await (await import("./rule-files.ts")).loadRuleFiles({ vex, baseline, readers }, source, own.policy, world);
  const { policy, notes } = withChanges(own, files.changes, files.notes);
  run.policy = policy;
  const weighing = await beginWeighing(policy.policy, { ...files, offline, cache: run.cache }, world);
  return { policy, baseline: files.baseline, weighing, notes };
}
