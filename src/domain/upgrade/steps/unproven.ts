import type { Finding, FindingPackage } from "../../finding.ts";
import type { ClearsAll, MayStay, NoFix, Upgrade, UpgradeStep } from "../../fix-plan.ts";
import { memoize } from "../../memoize.ts";
import type { JudgedTarget } from "../../verdict.ts";
import { compareText } from "../../versions/order.ts";
import { isDistribution, isPreRelease } from "../../versions/pre-release.ts";
import { type Decision, decisionsOf } from "../decisions.ts";
import { releaseTrainOf } from "../families.ts";
import { type Inquiry, type OpenFinder, openFinder } from "../proof/inquiry.ts";
import { commonVersion, isOnlyOlder, isSameLine } from "../smallest-fix.ts";
import { fixesOf, type Planner } from "../upgrades.ts";
import { stepOf } from "./step.ts";
import { type Attacks, sumOf } from "./weight.ts";

interface Planning {
  readonly planner: Planner;
  readonly attacks: Attacks;
  readonly target: JudgedTarget;
  /** That of the inquiry has collected them already. */
  readonly inquiry?: Pick<Inquiry, "openOf"> | undefined;
}

/**
 * What the advisories themselves advise. Maven packages that are released together get one version, as in a plan that
 * is proven. Findings without a fix in packages that are raised may or may not stay. They belong to the step. A
 * distribution's vendor says it, though.
 * @param why no scanner was asked, a clause
 */
export function unprovenSteps(
  findings: readonly Finding[],
  why: string,
  { planner, attacks, target, inquiry }: Planning,
): { readonly steps: readonly UpgradeStep[]; readonly noFix: readonly NoFix[] } {
  const { upgrades, noFix } = planner.advise(findings);
  const decisions = decisionsOf(upgrades, target.scan.packages).flatMap((each) => inOneVersion(each, planner));
  const raising = new Map<string, Decision<Upgrade>>();
  for (const each of inOrderOfPlace(decisions.filter(({ members: [first] }) => !isDistribution(first.ecosystem))))
    for (const key of each.members.flatMap(raisedBy)) if (!raising.has(key)) raising.set(key, each);
  const staying = Map.groupBy(noFix, (each) => raising.get(keyOf(each)) ?? raising.get(familyKeyOf(each) ?? ""));
  const openOf = inquiry?.openOf ?? openFinder(target, planner, isAmong(upgrades));
  const steps = decisions.map((decision): UpgradeStep => {
    const left = staying.get(decision) ?? [];
    const clearsAll = clearingAll(decision, openOf);
    return {
      ...stepOf(decision, attacks),
      ...(clearsAll && { clearsAll }),
      ...(left.length > 0 && { mayStay: mayStay(left) }),
      unproven: why,
    };
  });
  return { steps, noFix: staying.get(undefined) ?? [] };
}

function isAmong(upgrades: readonly Upgrade[]): (about: FindingPackage) => boolean {
  const raised = new Set(upgrades.map((each) => packageKey(each.type, each.package, each.from)));
  // Findings share their packages.
  return memoize(({ type, name, version }) => raised.has(packageKey(type, name, version)));
}

/** What has no fix belongs to one step, whatever the order of the findings is. */
function inOrderOfPlace(decisions: readonly Decision<Upgrade>[]): Decision<Upgrade>[] {
  return decisions.toSorted(({ members: [a] }, { members: [b] }) => compareText(a.place.key, b.place.key));
}

/** If their order is not known, each package of a family is a decision of its own. */
function inOneVersion(decision: Decision<Upgrade>, planner: Planner): Decision<Upgrade>[] {
  const { family, members } = decision;
  if (family?.kind !== "group" || new Set(members.map(({ to }) => to)).size === 1) return [decision];
  const together = planner.together(members);
  return together === undefined
    ? members.map((member) => ({ family, members: [member] }))
    : [{ family, members: together }];
}

function packageKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Equal for the same package in the same version, wherever it lies. */
function keyOf({ package: name, type, version, owner }: Pick<NoFix, "package" | "type" | "version" | "owner">): string {
  return packageKey(type, owner?.name ?? "", name, version);
}

/** Equal for Maven packages that are released together. */
function familyKeyOf({ package: name, type, owner }: Pick<NoFix, "package" | "type" | "owner">): string | undefined {
  const train = name.includes(":") ? releaseTrainOf(name) : undefined;
  return train && packageKey(type, owner?.name ?? "", train.name);
}

function raisedBy(upgrade: Upgrade): string[] {
  return [keyOf({ ...upgrade, version: upgrade.from }), familyKeyOf(upgrade) ?? []].flat();
}

function mayStay(left: readonly NoFix[]): MayStay {
  const { ids, ...sum } = sumOf(left.map((each) => ({ ...each, clears: each.count })));
  return { ...sum, ids: ids.toSorted(compareText) };
}

/** As the advisories have it: a finding without a fix may be in every version. */
function clearingAll({ members }: Decision<Upgrade>, openOf: OpenFinder): ClearsAll | undefined {
  const [{ ecosystem, to }] = members;
  if (to === undefined || members.some((each) => each.to !== to)) return undefined;
  const open = members.map((each) => openOf(each));
  // Before anything is compared: that is slow, and most packages of a large image have something without a fix.
  if (!open.every((findings) => findings.every(({ fixedVersions }) => fixedVersions.length > 0))) return undefined;
  const parts = members.map(({ from, source }, index) => ({
    installed: source?.version || from,
    fixes: fixesOf(open[index] ?? []),
  }));
  const leadsUp = parts.every(({ installed, fixes }) => !fixes.some((list) => isOnlyOlder(ecosystem, installed, list)));
  if (!leadsUp) return undefined;
  const releases = parts.flatMap(({ fixes }) => fixes.flat()).filter((version) => !isPreRelease(ecosystem, version));
  const version = commonVersion(ecosystem, parts, releases);
  const isLater = version !== undefined && version !== to && isSameLine(ecosystem, to, version);
  return isLater ? { version, findings: open.flat().length } : undefined;
}
