import type { Finding } from "../../finding.ts";
import type {
  Advised,
  CheckedFinding,
  ClearsAll,
  NoFix,
  Plan,
  Proof,
  SecretStep,
  Step,
  Upgrade,
  UpgradeStep,
} from "../../fix-plan.ts";
import type { BaseReport } from "../../image/base-image.ts";
import { compareCounts } from "../../severity.ts";
import { failing, fallsUnder, type JudgedFinding, type JudgedTarget } from "../../verdict.ts";
import { compareText } from "../../versions/order.ts";
import { chooseVersion } from "../proof/candidates.ts";
import type { CheckedCandidate, CheckedDecision, CheckedMember } from "../proof/checked-versions.ts";
import { type Inquiry, isOfBase, type OpenDecision } from "../proof/inquiry.ts";
import { isSameLine } from "../smallest-fix.ts";
import { createPlanner, inOrderOfWeight, isGroup, type PackageFinding, type Planner, WORSE_FIX } from "../upgrades.ts";
import { baseStep } from "./base-step.ts";
import { stepOf } from "./step.ts";
import { unprovenSteps } from "./unproven.ts";
import { type Attacks, attacksOn, countOf, weightOf } from "./weight.ts";

/** What is known about a target apart from its findings. */
export interface PlanFacts {
  /** The image that the target was built on. */
  readonly base?: BaseReport | undefined;
  /** What there is to decide. Absent: no scanner can be asked about it, so all of it is unproven. */
  readonly inquiry?: Inquiry | undefined;
  /** What the second scan found. Absent: there was none. No entry: it was not asked. */
  readonly checked?: ReadonlyMap<OpenDecision, CheckedDecision> | undefined;
  /** Why decisions are unproven about which no scanner was asked, a clause. */
  readonly unproven: string;
}

const UNKNOWN_ORDER = "nobody knows which of its fixes is above the installed version";

interface Parts {
  readonly steps: readonly UpgradeStep[];
  readonly noFix: readonly NoFix[];
}

/** What to do about a target's failing findings. */
export function makePlan(target: JudgedTarget, facts: PlanFacts): Plan {
  const fails = failing(target);
  const { inquiry } = facts;
  const attacks = attacksOn(fails);
  const { packages } = target.scan;
  const plan: Planning = { ...facts, planner: inquiry?.planner ?? createPlanner(packages), attacks, target };
  const own = inquiry
    ? partsOf(inquiry.own, plan)
    : unprovenSteps(
        fails.flatMap((judged) => (isOfBase(judged) ? [] : [judged.finding])),
        plan.unproven,
        plan,
      );
  const advised = [...own.steps];
  const rebuild = baseStep(fails.filter(isOfBase), {
    base: facts.base,
    packages,
    attacks,
    advise: (staying) => {
      const { steps, noFix } = inquiry
        ? partsOf(narrowed(inquiry.base, new Set(staying)), plan)
        : unprovenSteps(staying, plan.unproven, plan);
      advised.push(...steps);
      const checks = steps.flatMap(({ check }) => check ?? []);
      return {
        upgrades: steps.flatMap(({ members }) => members),
        noFix,
        stays: checks.flatMap(({ stays }) => stays),
        brings: checks.flatMap(({ brings }) => brings),
        mayStay: steps.flatMap(({ mayStay }) => mayStay ?? []),
      };
    },
  });
  const proof = proofOf(advised, plan);
  const steps: readonly Step[] = [
    ...("unproven" in proof ? own.steps.map(withoutReason) : own.steps),
    ...(rebuild.step === undefined ? [] : [rebuild.step]),
    ...secretSteps(fails),
  ];
  return {
    steps: inOrder(steps, target),
    noFix: inOrderOfWeight([...own.noFix, ...rebuild.noFix]),
    proof,
    advised: advisedIn(advised),
  };
}

function advisedIn(steps: readonly UpgradeStep[]): Advised {
  const versionsOf = (some: readonly UpgradeStep[]) => some.reduce((sum, each) => sum + versionsIn(each), 0);
  const others = steps.filter(({ check }) => check === undefined);
  return {
    versions: versionsOf(steps),
    scanned: versionsOf(steps) - versionsOf(others),
    reasons: [...new Set(others.flatMap(({ unproven }) => unproven ?? []))],
  };
}

/** Versions of unknown order are one piece of advice: to take one of them. */
function versionsIn({ to, members }: UpgradeStep): number {
  return to !== undefined ? 1 : Math.max(1, new Set(members.flatMap((each) => each.to ?? [])).size);
}

interface Planning extends PlanFacts {
  readonly planner: Planner;
  readonly attacks: Attacks;
  readonly target: JudgedTarget;
}

/** The same decisions about fewer findings. */
type Narrowed = OpenDecision & { readonly whole: OpenDecision; readonly only?: ReadonlySet<Finding> };

function narrowed(decisions: readonly OpenDecision[], only: ReadonlySet<Finding>): Narrowed[] {
  return decisions.map((whole) => ({ ...whole, whole, only }));
}

function partsOf(decisions: readonly (OpenDecision | Narrowed)[], plan: Planning): Parts {
  const parts: Parts[] = [];
  const unproven = new Map<string, PackageFinding[]>();
  for (const decision of decisions) {
    const { whole, only } = "whole" in decision ? decision : { whole: decision };
    const found = plan.checked?.get(whole);
    const isWanted = (finding: Finding) => only?.has(finding) ?? true;
    if (found !== undefined && "candidates" in found) {
      parts.push(provenPart(whole, found.candidates, isWanted, plan));
      continue;
    }
    const notAsked = plan.checked !== undefined && whole.candidates.length === 0 ? UNKNOWN_ORDER : plan.unproven;
    const why = found?.unproven ?? notAsked;
    const same = unproven.get(why) ?? [];
    // Appended: copying what was collected so far would take quadratic time.
    for (const { group } of whole.members) for (const finding of group) if (isWanted(finding)) same.push(finding);
    unproven.set(why, same);
  }
  parts.push(...[...unproven].map(([why, findings]) => unprovenSteps(findings, why, plan)));
  return { steps: parts.flatMap(({ steps }) => steps), noFix: parts.flatMap(({ noFix }) => noFix) };
}

/** The best of the versions, and what no version clears. */
function provenPart(
  { family, members }: OpenDecision,
  candidates: readonly CheckedCandidate[],
  isWanted: (finding: Finding) => boolean,
  { planner, attacks }: Planning,
): Parts {
  const best = chooseVersion(candidates);
  const raised = (best?.members ?? []).flatMap(({ member, ids }): Upgrade[] => {
    const cleared = member.group.filter((finding) => isWanted(finding) && !ids.has(finding.id));
    return isGroup(cleared) ? [planner.upgrade(cleared, best?.version)] : [];
  });
  const never: PackageFinding[] = [];
  const worse: PackageFinding[] = [];
  members.forEach(({ group }, index) => {
    for (const finding of group.filter(isWanted)) {
      const isCleared = candidates.some((each) => !each.members[index]?.ids.has(finding.id));
      if (!isCleared) never.push(finding);
      else if (raised.length === 0) worse.push(finding);
    }
  });
  const noFix = [...planner.noFix(never), ...planner.noFix(worse, WORSE_FIX)];
  if (best === undefined || !isGroup(raised)) return { steps: [], noFix };
  const stays = best.members.flatMap((each) => staying(each, isWanted));
  const check = { stays, brings: best.members.flatMap(brought) };
  const clearsAll = clearingAll(best, candidates);
  const step = { ...stepOf({ family, members: raised }, attacks), ...(clearsAll && { clearsAll }), check };
  return { steps: [step], noFix };
}

/**
 * The lowest version of the best one's line that clears everything open, if the best one does not, and fails no more of
 * its own.
 */
function clearingAll(best: CheckedCandidate, candidates: readonly CheckedCandidate[]): ClearsAll | undefined {
  const leaves = ({ members }: CheckedCandidate) =>
    members.some(({ member, ids }) => member.open.some(({ id }) => ids.has(id)));
  if (!leaves(best)) return undefined;
  const [{ member }] = best.members as [CheckedMember];
  const later = candidates
    .slice(candidates.indexOf(best) + 1)
    .find(
      (each) =>
        each.failing <= best.failing && isSameLine(member.ecosystem, best.version, each.version) && !leaves(each),
    );
  const findings = best.members.reduce((sum, each) => sum + each.member.open.length, 0);
  return later && { version: later.version, findings };
}

function staying({ member, ids }: CheckedMember, isWanted: (finding: Finding) => boolean): CheckedFinding[] {
  return listed(
    member.package,
    member.group.filter((finding) => isWanted(finding) && ids.has(finding.id)),
  );
}

function brought({ member, fails }: CheckedMember): CheckedFinding[] {
  const failing = new Set(member.group.map(({ id }) => id));
  return listed(
    member.package,
    fails.filter(({ id }) => !failing.has(id)),
  );
}

/** Each advisory once. */
function listed(name: string, findings: readonly Finding[]): CheckedFinding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return [...byId.values()].map(({ id, severity, url }) => ({ package: name, id, severity, ...(url && { url }) }));
}

/** If not one step is proven, the whole plan has the reason of the first. */
function proofOf(steps: readonly UpgradeStep[], { checked, unproven }: Planning): Proof {
  if (checked === undefined) return { unproven };
  const [first] = steps;
  if (first !== undefined && steps.every(({ check }) => check === undefined))
    return { unproven: first.unproven ?? unproven };
  const versions = [...checked].map(([{ members }, found]) =>
    "candidates" in found ? members.length * found.candidates.length : 0,
  );
  return { checked: versions.reduce((sum, each) => sum + each, 0) };
}

function withoutReason({ unproven: _, ...step }: UpgradeStep): UpgradeStep {
  return step;
}

/**
 * A step for each kind of secret that was found. Misconfigurations and licences need no plan: their finding says it
 * all.
 */
function secretSteps(failing: readonly JudgedFinding[]): SecretStep[] {
  const secrets = failing.filter(({ finding }) => finding.kind === "secret");
  const byRule = Map.groupBy(secrets, ({ finding }) => finding.id);
  return [...byRule].map(([id, found]) => ({
    kind: "secret",
    title: found[0]?.finding.title || id,
    places: found.map(({ finding: { path = "", line, layer } }) => ({
      path,
      ...(line !== undefined && { line }),
      ...(layer && { layer }),
    })),
    ...weightOf(countOf(found), attacksOn(found)),
  }));
}

/** What a step is about, most urgent first. */
const URGENT = { exploited: 0, exploitLimit: 1, secret: 2, other: 3 };

/**
 * Steps, what matters most first: what attackers use (CISA's catalog); what breaks a limit on likely attacks; secrets,
 * which anyone who has the image can use. The others follow by the highest EPSS score in whole percent, by how much a
 * step clears, and by severity.
 */
function inOrder<T extends Step>(steps: readonly T[], target: JudgedTarget): T[] {
  const broken = (target.exploitRows ?? []).filter((row) => row.broken);
  const limited = new Set(
    target.findings
      .filter((judged) => judged.outcome === "open" && broken.some((row) => fallsUnder(row, judged)))
      .map(({ finding }) => finding.id),
  );
  const urgency = (step: Step): number => {
    if (step.exploited > 0) return URGENT.exploited;
    if (step.ids.some((id) => limited.has(id))) return URGENT.exploitLimit;
    return step.kind === "secret" ? URGENT.secret : URGENT.other;
  };
  return steps.toSorted(
    (a, b) =>
      urgency(a) - urgency(b) ||
      percent(b) - percent(a) ||
      b.clears - a.clears ||
      compareCounts(b.bySeverity, a.bySeverity) ||
      compareText(nameOf(a), nameOf(b)),
  );
}

/** Smaller differences say nothing: most advisories have a score far below one percent. */
function percent({ epss = 0 }: Step): number {
  return Math.round(epss * 100);
}

function nameOf(step: Step): string {
  if (step.kind === "secret") return step.title;
  return `${step.members[0]?.package ?? ""} ${step.members[0]?.from ?? ""}`;
}
