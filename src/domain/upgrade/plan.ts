import { unique } from "../collections.ts";
import type { Finding, PackageFinding } from "../finding.ts";
import type { CheckedFinding, LowerVersion, NoFix, Plan, SecretStep, Step, Upgrade, UpgradeStep } from "../fix-plan.ts";
import type { BaseReport } from "../image/base-image.ts";
import { SYSTEM_ECOSYSTEMS } from "../image/distributions.ts";
import { memoize } from "../memoize.ts";
import { compareCounts, severityRank } from "../severity.ts";
import { failing, fallsUnder, type JudgedFinding, type JudgedTarget } from "../verdict.ts";
import { compareText } from "../versions/order.ts";
import { type Attacks, attacksOn, baseStep, countOf, sumOf, weightOf } from "./base-step.ts";
import { type CheckedDecision, type CheckedVersion, checkedVersion } from "./check.ts";
import { comparable, type Decision, decisionsOf, isOfBase, type Member, sourceOf } from "./decisions.ts";
import { chainFinder, type FindChain } from "./dependency-chains.ts";
import { isCleared, isOnlyOlder, isSameLine } from "./smallest-fix.ts";

/** The facts about a target apart from its findings. */
export interface PlanFacts {
  /** The image that the target was built on. */
  readonly base?: BaseReport | undefined;
  /** The decisions, if they are already known. */
  readonly decisions?: readonly Decision[] | undefined;
  /** The results of a scan of the versions. No entry: the scanner was not asked. */
  readonly checked?: ReadonlyMap<Decision, CheckedDecision> | undefined;
  /** Why the decisions are unproven that no scanner was asked about, as a clause. */
  readonly unproven: string;
}

const UNKNOWN_ORDER = "the order of its fixed versions is unknown";

/** Replaces the vendor's status if a fix exists, but no upgrade leads to it. */
export const OLDER_FIX = "fixed in older versions only";
/** The same if the scanner still reports it in a version named as its fix, or if only a pre-release has the fix. */
const FAILED_FIX = "fixed in no release that was looked at";
/** The same if every version with the fix was found to be no better. */
export const WORSE_FIX = "fixed only in versions with as many other failing findings";

/** The outcome of a decision. */
interface Outcome extends Pick<UpgradeStep, "to" | "alternatives" | "enough" | "unproven"> {
  /** The packages to upgrade, and the failing findings that this clears. */
  readonly raised: readonly { readonly member: Member; readonly cleared: readonly PackageFinding[] }[];
  readonly mayStay: readonly PackageFinding[];
  /** Absent: it was not scanned. */
  readonly advised?: CheckedVersion | undefined;
  readonly noFix: readonly Unfixed[];
}

/** A failing finding that no upgrade clears, with the vendor's status or our own. */
interface Unfixed {
  readonly member: Member;
  readonly finding: PackageFinding;
  readonly status: string;
}

/** The plan for a target's failing findings: the advisories' suggestions, checked if a scanner was asked. */
export function makePlan(target: JudgedTarget, facts: PlanFacts): Plan {
  const { base, decisions = decisionsOf(target, base), checked, unproven } = facts;
  const { packages } = target.scan;
  const fails = failing(target);
  const attacks = attacksOn(fails);
  const chainOf = chainFinder(packages);
  const noFix: Unfixed[] = [];
  const all: { readonly step: UpgradeStep; readonly ofBase: boolean }[] = [];
  for (const decision of decisions) {
    const why = checked !== undefined && decision.versions.length === 0 ? UNKNOWN_ORDER : unproven;
    const found = checked?.get(decision) ?? why;
    const outcome = typeof found === "string" ? withoutScan(decision, found) : outcomeAmong(decision, found);
    for (const each of outcome.noFix) noFix.push(each);
    const step = stepOf(decision, outcome, chainOf, attacks);
    if (step !== undefined) all.push({ step, ofBase: decision.members[0].ofBase });
  }
  const others = all.filter(({ step }) => step.check === undefined);
  const advised = {
    versions: all.length,
    scanned: all.length - others.length,
    reasons: unique(others.flatMap(({ step }) => step.unproven ?? [])),
  };
  const stepsOf = (base: boolean) => all.flatMap(({ step, ofBase }) => (ofBase === base ? [step] : []));
  const rebuild = baseStep(fails.filter(isOfBase), { base, packages, attacks, steps: stepsOf(true) });
  // A reason that applies to all steps belongs to the plan.
  const isPlans = advised.scanned === 0 && advised.reasons.length === 1;
  const own = stepsOf(false).map((step) => (isPlans ? { ...step, unproven: undefined } : step));
  return {
    steps: inOrder([...own, ...(rebuild ? [rebuild] : []), ...secretSteps(fails)], target),
    noFix: noFixOf(noFix),
    advised,
  };
}

/**
 * The best of the versions: the one with the fewest failing findings, then with the less severe ones, then the lowest.
 * If a later version in its line is as good and clears more open findings, that one is advised.
 */
function outcomeAmong({ members }: Decision, versions: readonly CheckedVersion[]): Outcome {
  const isAsGood = (a: CheckedVersion, b: CheckedVersion) =>
    a.failing - b.failing || compareCounts(a.bySeverity, b.bySeverity);
  const best = versions.toSorted(isAsGood)[0] as CheckedVersion;
  const [{ ecosystem }] = members;
  const advised = versions
    .slice(versions.indexOf(best))
    .filter(
      (each) => each === best || (isAsGood(best, each) === 0 && isSameLine(ecosystem, best.version, each.version)),
    )
    .toSorted((a, b) => leftIn(a).length - leftIn(b).length)[0] as CheckedVersion;
  const raised = advised.members.flatMap(({ member, has }) => {
    const cleared = member.failing.filter((finding) => !has(finding));
    return cleared.length > 0 ? [{ member, cleared }] : [];
  });
  const noFix = members.flatMap((member, index) =>
    member.failing.flatMap((finding): Unfixed[] => {
      if (versions.every((each) => each.members[index]?.has(finding)))
        return [{ member, finding, status: whyNoFix(finding, member) }];
      return raised.length === 0 ? [{ member, finding, status: WORSE_FIX }] : [];
    }),
  );
  const enough = best !== advised && best.failing === 0 ? enoughFor(best.version, advised) : undefined;
  return { raised, to: advised.version, alternatives: [], enough, mayStay: [], advised, noFix };
}

/**
 * The advisories' own suggestions. Findings without a fix in upgraded packages might remain, so they belong to the
 * step. For a distribution, the vendor's status decides.
 * @param unproven why no scanner was asked
 */
function withoutScan(decision: Decision, unproven: string): Outcome {
  const outcome = outcomeAmong(decision, asAdvised(decision));
  const fixes = outcome.raised.flatMap(({ cleared }) => cleared.flatMap(({ fixedVersions }) => fixedVersions));
  const named = decision.versions.length > 0 ? [outcome.to] : unique(fixes);
  const isOpen = outcome.raised.length > 0 && !SYSTEM_ECOSYSTEMS.has(decision.members[0].ecosystem);
  const isUnnamed = ({ finding }: Unfixed) => isOpen && finding.fixedVersions.length === 0;
  return {
    ...outcome,
    ...(named.length > 1 ? { to: undefined, alternatives: unique(fixes) } : { to: named[0] }),
    mayStay: outcome.noFix.filter(isUnnamed).map(({ finding }) => finding),
    noFix: outcome.noFix.filter((each) => !isUnnamed(each)),
    advised: undefined,
    unproven,
  };
}

/**
 * The versions of a decision with their findings according to the advisories. If their order is unknown, one entry
 * represents all: each named version may be above the installed one.
 */
function asAdvised({ members, versions }: Decision): CheckedVersion[] {
  return (versions.length > 0 ? versions : [""]).map((version) => {
    const found = members.map((member) => {
      const { ecosystem } = member;
      const installed = comparable(member);
      const isClear = memoize((fixes: readonly string[]) =>
        version === "" ? !isOnlyOlder(ecosystem, installed, fixes) : isCleared(ecosystem, installed, version, fixes),
      );
      const has = ({ fixedVersions }: PackageFinding) => !isClear(fixedVersions);
      return { member, has, fails: member.failing.filter(has) };
    });
    return checkedVersion(version, found);
  });
}

/** The result of the scan of an advised version. */
function checkOf({ members }: CheckedVersion): UpgradeStep["check"] {
  const stays = members.flatMap(({ member, has }) => listed(member, member.failing.filter(has)));
  const brings = members.flatMap(({ member, fails }) => {
    const had = new Set(member.failing.map(({ id }) => id));
    const fresh = fails.filter(({ id }) => !had.has(id));
    return listed(member, fresh);
  });
  return { stays, brings };
}

/** The open findings of the members that a version still has. */
function leftIn({ members }: CheckedVersion): PackageFinding[] {
  return members.flatMap(({ member, has }) => member.open.filter(has));
}

/** The findings, each advisory once. */
function listed({ about }: Member, findings: readonly Finding[]): CheckedFinding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return [...byId.values()].map(({ id, severity, url }) => ({ package: about.name, id, severity, url }));
}

/** @param advised the advised version, which clears more open findings */
function enoughFor(version: string, { members }: CheckedVersion): LowerVersion {
  const cleared = members.flatMap(({ member, has }) => member.open.filter((finding) => !has(finding)));
  const { clears, bySeverity } = countOf(cleared);
  return { version, clears, of: members.flatMap(({ member }) => member.open).length, bySeverity };
}

/** Why no scanned version clears a finding. */
function whyNoFix({ fixedVersions, status }: Finding, member: Member): string {
  if (fixedVersions.length === 0) return status;
  return isOnlyOlder(member.ecosystem, comparable(member), fixedVersions) ? OLDER_FIX : FAILED_FIX;
}

/** Undefined: no package is upgraded. */
function stepOf(
  { family }: Decision,
  { raised, to, alternatives, enough, mayStay, advised, unproven }: Outcome,
  chainOf: FindChain,
  attacks: Attacks,
): UpgradeStep | undefined {
  if (raised.length === 0) return undefined;
  const members = raised.map(({ member, cleared }) => upgradeOf(member, cleared, { to, alternatives, chainOf }));
  return {
    kind: "upgrade",
    members,
    ...(family && { family }),
    to,
    alternatives,
    ...weightOf(sumOf(members), attacks),
    ...(enough && { enough }),
    ...(mayStay.length > 0 && { mayStay: countOf(mayStay) }),
    ...(advised && { check: checkOf(advised) }),
    ...(unproven !== undefined && { unproven }),
  };
}

function upgradeOf(
  member: Member,
  cleared: readonly PackageFinding[],
  { to, alternatives, chainOf }: Pick<Upgrade, "to" | "alternatives"> & { readonly chainOf: FindChain },
): Upgrade {
  const { about, ecosystem, place } = member;
  const { owner, ...at } = place;
  const paths = unique(cleared.map((finding) => finding.path ?? "")).filter((path) => path !== "");
  const layers = new Map(cleared.map(({ layer }) => [layer?.diffId, layer]));
  return {
    package: about.name,
    type: about.type,
    from: about.version,
    ecosystem,
    place: at,
    source: sourceOf(member),
    to,
    alternatives,
    ...countOf(cleared),
    owner,
    layer: layers.size === 1 ? [...layers.values()][0] : undefined,
    paths,
    chains: paths.flatMap((path) => chainOf(path, about.name, about.version) ?? []),
  };
}

/**
 * One entry for each source or package, and for the package that bundles it, with any number of packages, places and
 * statuses. Sorted by the number of findings of the highest severity, the most first.
 */
function noFixOf(unfixed: readonly Unfixed[]): NoFix[] {
  const textOf = ({ name, version }: NoFix) => `${name}\0${version}`;
  const named = (member: Member) => sourceOf(member) ?? member.about;
  const groups = Map.groupBy(unfixed, ({ member }) => {
    const { name, version } = named(member);
    return JSON.stringify([member.about.type, name, version, sourceOf(member) === undefined, member.place.shippedBy]);
  });
  return [...groups.values()]
    .map((group): NoFix => {
      const [{ member }] = group as [Unfixed];
      const sorted = group.toSorted((a, b) => severityRank(a.finding.severity) - severityRank(b.finding.severity));
      const packages = unique(group.map((each) => each.member.about.name));
      // If it is the only package of its source, it keeps its own name.
      const { name, version } = packages.length > 1 ? named(member) : member.about;
      const { ids, bySeverity } = countOf(sorted.map(({ finding }) => finding));
      const statuses = unique(sorted.map(({ status }) => status));
      const { owner } = member.place;
      return { name, version: version || member.about.version, packages, statuses, ids, bySeverity, owner };
    })
    .sort((a, b) => compareCounts(b.bySeverity, a.bySeverity) || compareText(textOf(a), textOf(b)));
}

/**
 * A step for each kind of secret that was found. Misconfigurations and licences need no plan: their findings contain
 * all that is needed.
 */
function secretSteps(failing: readonly JudgedFinding[]): SecretStep[] {
  const secrets = failing.filter(({ finding }) => finding.kind === "secret");
  const byRule = Map.groupBy(secrets, ({ finding }) => finding.id);
  return [...byRule].map(([id, found]) => ({
    kind: "secret",
    title: found[0]?.finding.title || id,
    places: found.map(({ finding: { path = "", line, layer } }) => ({ path, line, layer })),
    ...weightOf(countOf(found.map(({ finding }) => finding)), attacksOn(found)),
  }));
}

/** The subjects of steps, most urgent first. */
const URGENT = { exploited: 0, exploitLimit: 1, secret: 2, other: 3 };

/**
 * Sorts the most important steps first: exploited findings (CISA's catalog); broken limits on likely attacks; secrets,
 * which anyone with the image can use. The others follow by the highest EPSS score in whole percent, by the number of
 * cleared findings, and by severity.
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

/** Smaller differences are not significant: most advisories have a score far below one percent. */
function percent({ epss = 0 }: Step): number {
  return Math.round(epss * 100);
}

function nameOf(step: Step): string {
  if (step.kind === "secret") return step.title;
  return `${step.members[0]?.package ?? ""} ${step.members[0]?.from ?? ""}`;
}
