import type { Finding } from "../finding.ts";
import type { BaseStep, RemainingFindings, UpgradeStep, Weight } from "../fix-plan.ts";
import type { BaseReport } from "../image/base-image.ts";
import { countSeverities, perSeverity } from "../severity.ts";
import type { InstalledPackage } from "../target.ts";
import type { Exploitation, JudgedFinding } from "../verdict.ts";
import { managerAmong, upgradeAll } from "./commands.ts";

interface BaseFacts {
  readonly base: BaseReport | undefined;
  /** All packages of the target. */
  readonly packages: readonly InstalledPackage[];
  readonly attacks: Attacks;
  /** The steps that clear the findings that a newer base does not. */
  readonly steps: readonly UpgradeStep[];
}

/**
 * The single decision about the base image: rebuild on a newer one, if that clears a finding, and upgrade the remaining
 * packages with a fix. Undefined: neither is possible.
 * @param found the failing vulnerabilities that come from the base
 */
export function baseStep(
  found: readonly JudgedFinding[],
  { base, packages, attacks, steps }: BaseFacts,
): BaseStep | undefined {
  const { newer } = base ?? {};
  const cleared = found.filter(({ finding }) => newer?.lacks?.(finding));
  const upgrades = steps.flatMap(({ members }) => members);
  if (cleared.length + upgrades.length === 0) return undefined;
  const manager = managerAmong(packages);
  const ofSystem = upgrades.filter(({ source }) => source !== undefined);
  const mayStay = steps.flatMap((each) => each.mayStay ?? []);
  const checks = steps.flatMap(({ check }) => check ?? []);
  const stays = checks.flatMap((check) => check.stays);
  const brings = checks.flatMap((check) => check.brings);
  return {
    kind: "base",
    ...(base?.reference !== undefined && { reference: base.reference }),
    ...(cleared.length > 0 && { newer, rebuilding: cleared.length }),
    staying: found.length - cleared.length,
    fixable: new Set(upgrades.map((each) => `${each.type}\0${each.package}`)).size,
    members: upgrades,
    ...(mayStay.length > 0 && { mayStay: sumOf(mayStay) }),
    ...(stays.length + brings.length > 0 && { check: { stays, brings } }),
    ...(manager !== undefined &&
      ofSystem.length > 0 && { command: upgradeAll(manager), commandClears: sumOf(ofSystem).clears }),
    ...weightOf(sumOf([countOf(cleared.map(({ finding }) => finding)), ...upgrades]), attacks),
  };
}

/** The known facts about attacks, by advisory. */
export type Attacks = ReadonlyMap<string, Exploitation>;

/** The known facts about attacks on these findings. */
export function attacksOn(findings: readonly JudgedFinding[]): Attacks {
  return new Map(findings.flatMap(({ finding, exploitation }) => (exploitation ? [[finding.id, exploitation]] : [])));
}

/** The sum over several packages. */
export function sumOf(parts: readonly RemainingFindings[]): RemainingFindings {
  const bySeverity = perSeverity((severity) => parts.reduce((sum, each) => sum + each.bySeverity[severity], 0));
  return {
    clears: parts.reduce((sum, { clears }) => sum + clears, 0),
    ids: [...new Set(parts.flatMap(({ ids }) => ids))],
    bySeverity,
  };
}

/** The sum over findings. */
export function countOf(findings: readonly Finding[]): RemainingFindings {
  return {
    clears: findings.length,
    ids: [...new Set(findings.map(({ id }) => id))],
    bySeverity: countSeverities(findings, ({ severity }) => severity),
  };
}

/** Adds the known facts about attacks. */
export function weightOf({ clears, ids, bySeverity }: RemainingFindings, attacks: Attacks): Weight {
  const known = ids.map((id) => attacks.get(id));
  const scores = known.flatMap((exploitation) => exploitation?.epss ?? []);
  return {
    clears,
    ids,
    bySeverity,
    exploited: known.filter((exploitation) => exploitation?.kev !== undefined).length,
    ...(scores.length > 0 && { epss: scores.reduce((a, b) => Math.max(a, b)) }),
  };
}
