import { ecosystemOf, type Finding, type FindingPackage } from "../../finding.ts";
import type { Family } from "../../fix-plan.ts";
import { remembering } from "../../memoize.ts";
import type { InstalledPackage, ScanResult } from "../../target.ts";
import { failing, type JudgedFinding, type JudgedTarget } from "../../verdict.ts";
import { compareVersions } from "../../versions/compare.ts";
import { type Decision, decisionsOf } from "../decisions.ts";
import { clearingVersion } from "../smallest-fix.ts";
import {
  createPlanner,
  isOnPackage,
  type PackageFinding,
  type PackageGroup,
  type Planner,
  type Raisable,
  sourceFinder,
} from "../upgrades.ts";
import { candidatesOf } from "./candidates.ts";
import type { VersionQuestion } from "./version-question.ts";

/** A package that has failing findings. */
export interface Member extends Raisable {
  /** Its failing findings. */
  readonly group: PackageGroup;
  /** All vulnerabilities of the package in this version, wherever it is in the target. */
  readonly known: readonly PackageFinding[];
  readonly installed: InstalledPackage | undefined;
}

/** One decision, and the versions that it can be about. */
export interface OpenDecision {
  readonly family?: Family | undefined;
  readonly members: readonly [Member, ...Member[]];
  /** Lowest first. Empty: the advisories name none that is known to be above the installed ones. */
  readonly candidates: readonly string[];
}

/** What a plan has to decide. */
export interface Inquiry {
  readonly planner: Planner;
  /** About what the base image did not bring. */
  readonly own: readonly OpenDecision[];
  readonly base: readonly OpenDecision[];
}

/** Whether it is a vulnerability that the base image brought. */
export function isOfBase({ finding, origin }: JudgedFinding): boolean {
  return origin === "base" && finding.kind === "vulnerability";
}

/**
 * Whether there is a version to ask about for sure: a failing finding names a fix that is known to be above what is installed. It is
 * known far sooner than {@link inquire} has collected everything.
 */
export function hasQuestions(target: JudgedTarget): boolean {
  const sourceOf = sourceFinder(target.scan.packages);
  return failing(target).some(({ finding }) => {
    if (!isOnPackage(finding)) return false;
    const { package: about, fixedVersions } = finding;
    const from = sourceOf(about)?.version || about.version;
    return fixedVersions.some((version) => (compareVersions(ecosystemOf(about), version, from) ?? 0) > 0);
  });
}

/** Collects what there is to decide about a target's failing findings. */
export function inquire(target: JudgedTarget): Inquiry {
  const { packages, findings } = target.scan;
  const planner = createPlanner(packages);
  const fails = failing(target);
  const groupsOf = (judged: readonly JudgedFinding[]) => planner.groups(judged.map(({ finding }) => finding));
  const base = groupsOf(fails.filter(isOfBase));
  const own = groupsOf(fails.filter((judged) => !isOfBase(judged)));
  if (base.length + own.length === 0) return { planner, own: [], base: [] };
  // Findings share their packages.
  const keyOf = remembering((about: FindingPackage) => packageKey(about));
  const wanted = new Set([...base, ...own].map(([{ package: about }]) => keyOf(about)));
  const known = Map.groupBy(findings.filter(isOnPackage), ({ package: about }) => keyOf(about));
  const keyed = packages.map((each) => [packageKey(each), each] as const);
  const installed = new Map(keyed.filter(([key]) => wanted.has(key)));
  const opened = (groups: readonly PackageGroup[]) => {
    const members = groups.map((group): Member => {
      const key = keyOf(group[0].package);
      return { ...planner.raisable(group), group, known: known.get(key) ?? [], installed: installed.get(key) };
    });
    return decisionsOf(members, packages).flatMap(withCandidates);
  };
  return { planner, own: opened(own), base: opened(base) };
}

function packageKey({ type, name, version }: Pick<FindingPackage, "type" | "name" | "version">): string {
  return JSON.stringify([type, name, version]);
}

/** If no version is above all members of a family, each is a decision of its own. */
function withCandidates({ family, members }: Decision<Member>): OpenDecision[] {
  const candidates = candidatesFor(members);
  if (candidates.length > 0 || members.length === 1) return [{ family, members, candidates }];
  return members.map((member) => ({ members: [member], candidates: candidatesFor([member]) }));
}

function candidatesFor(members: readonly [Member, ...Member[]]): readonly string[] {
  const [{ ecosystem }] = members;
  const named = members.flatMap(({ known }) => known.flatMap(({ fixedVersions }) => fixedVersions));
  return candidatesOf(ecosystem, members.map(comparable), named, () => advisedFor(members));
}

/**
 * The version that fixes are compared with. A distribution's advisories name versions of the source, which may differ from
 * the package's own.
 */
function comparable({ source, from }: Member): string {
  return source?.version || from;
}

/**
 * The lowest version that clears all fixable findings of all members, as their advisories have it. Undefined: there is none,
 * or nobody knows which is above the other.
 */
function advisedFor(members: readonly [Member, ...Member[]]): string | undefined {
  const [{ ecosystem }] = members;
  const fixes = members.flatMap(({ group }) => fixesOf(group));
  if (fixes.length === 0) return undefined;
  const versions = new Set(members.map((member) => clearingVersion(ecosystem, comparable(member), fixes)));
  return versions.size === 1 ? [...versions][0] : undefined;
}

function fixesOf(group: readonly Finding[]): (readonly string[])[] {
  return [...new Set(group.map(({ fixedVersions }) => fixedVersions))].filter((fixes) => fixes.length > 0);
}

/** One question of an inquiry. */
export interface Asked {
  readonly decision: OpenDecision;
  readonly member: Member;
  readonly question: VersionQuestion;
}

/** How much may still be asked in a run. */
export interface Budget {
  /** Whether there is room for this decision's questions. If there is, it is taken. */
  take(asked: readonly Asked[]): boolean;
}

/** Most versions, and most findings that they are expected to have. Trivial to answer: a fraction of a second. */
const MOST_QUESTIONS = 2000;
const MOST_FINDINGS = 5000;

/** The budget of one run. Questions that are the same in several targets are one. */
export function budget(): Budget {
  const known = new Set<string>();
  let findings = 0;
  return {
    take(asked) {
      const fresh = new Map(asked.map((each) => [JSON.stringify(each.question), each.member.known.length]));
      for (const key of fresh.keys()) if (known.has(key)) fresh.delete(key);
      const more = [...fresh.values()].reduce((sum, each) => sum + each, 0);
      if (known.size + fresh.size > MOST_QUESTIONS || findings + more > MOST_FINDINGS) return false;
      findings += more;
      for (const key of fresh.keys()) known.add(key);
      return true;
    },
  };
}

/**
 * The questions about a target's decisions. Each member is asked about in every candidate, and in the installed version: only
 * if that shows the findings that the scan showed, somebody looked. Decisions beyond the budget have no questions.
 */
export function questionsOf({ own, base }: Inquiry, { scan }: JudgedTarget, left: Budget): Asked[] {
  return [...own, ...base].flatMap((decision) => {
    if (decision.candidates.length === 0) return [];
    const asked = about(decision, [undefined, ...decision.candidates], scan);
    return left.take(asked) ? asked : [];
  });
}

/**
 * The questions of a second round: a branch's fix may have findings of its own, whose fixes in that branch only their own
 * advisories name. Asked are those that may be better than the best version so far.
 * @param versions `asked` before; `named` as fixes of what still fails in these; `below`: the best so far, if nothing fails in it
 */
export function furtherQuestions(
  decision: OpenDecision,
  {
    asked,
    named,
    below,
  }: { readonly asked: readonly string[]; readonly named: readonly string[]; readonly below?: string },
  { scan }: JudgedTarget,
  left: Budget,
): Asked[] {
  const { members } = decision;
  const [{ ecosystem }] = members;
  const isWanted = (version: string) =>
    !asked.includes(version) && (below === undefined || (compareVersions(ecosystem, version, below) ?? 0) < 0);
  const fresh = candidatesOf(ecosystem, members.map(comparable), named.filter(isWanted));
  const more = about(decision, fresh, scan);
  return more.length > 0 && left.take(more) ? more : [];
}

function about(decision: OpenDecision, versions: readonly (string | undefined)[], scan: ScanResult): Asked[] {
  return decision.members.flatMap((member) =>
    versions.map((version): Asked => {
      const { installed, group } = member;
      const listed = installed && {
        system: installed.system,
        source: installed.source,
        modularity: installed.modularity,
      };
      const question = { package: group[0].package, installed: listed, version, os: scan.artifact.os };
      return { decision, member, question };
    }),
  );
}
