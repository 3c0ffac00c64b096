import type { Finding } from "../../finding.ts";
import type { BaseStep, MayStay, NoFix, UpgradeCheck } from "../../fix-plan.ts";
import type { BaseReport } from "../../image/base-image.ts";
import type { InstalledPackage } from "../../target.ts";
import type { JudgedFinding } from "../../verdict.ts";
import { managerAmong, upgradeAll } from "../commands.ts";
import type { UpgradePlan } from "../upgrades.ts";
import { type Attacks, countOf, sumOf, weightOf } from "./weight.ts";

interface BaseFacts {
  readonly base: BaseReport | undefined;
  /** All packages of the target. */
  readonly packages: readonly InstalledPackage[];
  readonly attacks: Attacks;
  /** What clears the findings that a newer base does not. */
  readonly advise: (
    staying: readonly Finding[],
  ) => UpgradePlan & UpgradeCheck & { readonly mayStay: readonly MayStay[] };
}

/**
 * The one decision about everything that the base image brought: rebuild on a newer one, if one is known that clears
 * something, and upgrade what stays and has a fix.
 * @param found the failing vulnerabilities that come from the base
 */
export function baseStep(
  found: readonly JudgedFinding[],
  { base, packages, attacks, advise }: BaseFacts,
): { readonly step?: BaseStep; readonly noFix: readonly NoFix[] } {
  const { newer } = base ?? {};
  const lacks = newer?.lacks;
  const cleared = lacks === undefined ? [] : found.filter(({ finding }) => lacks(finding));
  const staying = cleared.length === 0 ? found : found.filter((judged) => !cleared.includes(judged));
  const { upgrades, noFix, mayStay, ...check } = advise(staying.map(({ finding }) => finding));
  if (cleared.length + upgrades.length === 0) return { noFix };
  const manager = managerAmong(new Set(packages.filter(({ system }) => system).map(({ name }) => name)));
  const ofSystem = upgrades.filter(({ source }) => source !== undefined);
  const parts = [countOf(cleared), ...upgrades];
  return {
    noFix,
    step: {
      kind: "base",
      ...(base?.reference !== undefined && { reference: base.reference }),
      ...(cleared.length > 0 && { newer, rebuilding: cleared.length }),
      staying: staying.length,
      fixable: new Set(upgrades.map((each) => `${each.type}\0${each.package}`)).size,
      members: upgrades,
      ...(mayStay.length > 0 && { mayStay: sumOf(mayStay) }),
      ...(check.stays.length + check.brings.length > 0 && { check }),
      ...(manager !== undefined &&
        ofSystem.length > 0 && { command: upgradeAll(manager), commandClears: sumOf(ofSystem).clears }),
      ...weightOf(sumOf(parts), attacks),
    },
  };
}
