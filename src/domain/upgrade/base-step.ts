import type { BaseStep, UpgradeStep } from "../fix-plan.ts";
import type { BaseReport } from "../image/base-image.ts";
import type { InstalledPackage } from "../target.ts";
import type { JudgedFinding } from "../verdict.ts";
import { managerAmong, upgradeAll } from "./commands.ts";
import { type Attacks, countOf, sumOf, weightOf } from "./weight.ts";

interface BaseFacts {
  readonly base: BaseReport | undefined;
  /** All packages of the target. */
  readonly packages: readonly InstalledPackage[];
  readonly attacks: Attacks;
  /** What clears the findings that a newer base does not. */
  readonly steps: readonly UpgradeStep[];
}

/**
 * The one decision about everything that the base image brought: rebuild on a newer one, if one is known that clears
 * something, and upgrade what stays and has a fix. Undefined: neither is possible.
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
