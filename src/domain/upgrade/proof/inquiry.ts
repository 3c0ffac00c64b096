import { ecosystemOf, type FindingPackage } from "../../finding.ts";
import type { Family } from "../../fix-plan.ts";
import { memoize } from "../../memoize.ts";
import type { InstalledPackage } from "../../target.ts";
import { failing, type JudgedFinding, type JudgedTarget } from "../../verdict.ts";
import { compareVersions } from "../../versions/compare.ts";
import { decisionsOf, type FamilyDecision } from "../decisions.ts";
import { commonVersion } from "../smallest-fix.ts";
import {
  createPlanner,
  fixesOf,
  isOnPackage,
  type PackageFinding,
  type PackageGroup,
  type Planner,
  type Raisable,
  sourceFinder,
} from "../upgrades.ts";
import { candidatesOf } from "./candidates.ts";

/** A package that one decision raises. */
export interface Member extends Raisable {
  readonly about: FindingPackage;
  /** Where it is. */
  readonly places: readonly Pick<PackageFinding, "path" | "layer" | "owner">[];
  /** Its failing findings. Empty: it is only raised with others. */
  readonly group: readonly PackageFinding[];
  /** Its open findings, those included that do not fail. */
  readonly open: readonly PackageFinding[];
  /** All vulnerabilities of the package in this version, wherever it is in the target. */
  readonly known: readonly PackageFinding[];
  readonly installed: InstalledPackage | undefined;
}

/** One decision, and the versions that it can be about. */
export interface OpenDecision {
  readonly family?: Family | undefined;
  /** What has failing findings. */
  readonly members: readonly [Member, ...Member[]];
  /** What is raised with the members, and has no failing finding. */
  readonly relatives: readonly Member[];
  /** Lowest first. Empty: the advisories name none that is known to be above the installed ones. */
  readonly candidates: readonly string[];
  /**
   * Those of the candidates without which nothing can be advised: what clears all that fails and what clears all that
   * is open, as the advisories have it, and the highest.
   */
  readonly foremost: readonly string[];
}

/** What a plan has to decide. */
export interface Inquiry {
  readonly planner: Planner;
  readonly openOf: OpenFinder;
  /** About what the base image did not bring. */
  readonly own: readonly OpenDecision[];
  readonly base: readonly OpenDecision[];
}

/** Whether it is a vulnerability that the base image brought. */
export function isOfBase({ finding, origin }: JudgedFinding): boolean {
  return origin === "base" && finding.kind === "vulnerability";
}

/**
 * Whether there is a version to ask about for sure: a failing finding names a fix that is known to be above what is
 * installed. It is known far sooner than {@link inquire} has collected everything.
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
  if (base.length + own.length === 0) return { planner, openOf: () => [], own: [], base: [] };
  // Findings share their packages.
  const keyOf = memoize((about: FindingPackage) => packageKey(about));
  const wanted = new Set([...base, ...own].map(([{ package: about }]) => keyOf(about)));
  const known = Map.groupBy(findings.filter(isOnPackage), ({ package: about }) => keyOf(about));
  const keyed = packages.map((each) => [packageKey(each), each] as const);
  const installed = new Map(keyed.filter(([key]) => wanted.has(key)));
  const openOf = openFinder(target, planner, (about) => wanted.has(keyOf(about)));
  const opened = (groups: readonly PackageGroup[]) => {
    const members = groups.map((group): Member => {
      const key = keyOf(group[0].package);
      const raisable = planner.raisable(group);
      const open = openOf(raisable);
      const facts = { about: group[0].package, places: placesOf(group), known: known.get(key) ?? [] };
      return { ...raisable, ...facts, group, open, installed: installed.get(key) };
    });
    return decisionsOf(members, packages).flatMap((decision) =>
      withCandidates(decision, (about) => known.get(packageKey(about)) ?? []),
    );
  };
  return { planner, openOf, own: opened(own), base: opened(base) };
}

function packageKey({ type, name, version }: Pick<FindingPackage, "type" | "name" | "version">): string {
  return JSON.stringify([type, name, version]);
}

/** Finds the open findings of a package at a place, if the package has failing findings. */
export type OpenFinder = (raisable: Raisable) => readonly PackageFinding[];

/** Nothing is collected before the first call. */
export function openFinder(
  target: JudgedTarget,
  planner: Pick<Planner, "groups" | "raisable">,
  isWanted: (about: FindingPackage) => boolean,
): OpenFinder {
  const keyOf = ({ package: name, type, from, place }: Raisable) => JSON.stringify([type, name, from, place.key]);
  let groups: Map<string, PackageGroup> | undefined;
  return (raisable) => {
    if (groups === undefined) {
      const open = target.findings.flatMap(({ finding, outcome }) =>
        outcome === "open" && isOnPackage(finding) && isWanted(finding.package) ? [finding] : [],
      );
      groups = new Map(planner.groups(open).map((group) => [keyOf(planner.raisable(group)), group]));
    }
    return groups.get(keyOf(raisable)) ?? [];
  };
}

function placesOf(group: PackageGroup): Member["places"] {
  const places = new Map(group.map((each) => [JSON.stringify([each.path, each.layer?.diffId]), each]));
  return [...places.values()].map(({ path, layer, owner }) => ({ path, layer, owner }));
}

/** If no version is above all members of a family, each is a decision of its own. */
function withCandidates(
  { family, members, relatives }: FamilyDecision<Member>,
  knownOf: (about: InstalledPackage) => readonly PackageFinding[],
): OpenDecision[] {
  const found = candidatesFor(members);
  const [{ place, ecosystem }] = members;
  const others = relatives.map((each): Member => {
    const { name, version, type, purl } = each;
    const about = { name, version, type, ecosystem: each.ecosystem, purl };
    const places = [{ path: each.path, layer: undefined, owner: undefined }];
    const raisable = { package: name, type, from: version, ecosystem, place, source: undefined };
    return { ...raisable, about, places, group: [], open: [], known: knownOf(each), installed: each };
  });
  if (found.candidates.length > 0 || members.length === 1) return [{ family, members, relatives: others, ...found }];
  return members.map((member) => ({ members: [member], relatives: [], ...candidatesFor([member]) }));
}

type Members = readonly [Member, ...Member[]];

function candidatesFor(members: Members): Pick<OpenDecision, "candidates" | "foremost"> {
  const [{ ecosystem }] = members;
  const named = members.flatMap(({ known }) => known.flatMap(({ fixedVersions }) => fixedVersions));
  const failing = (among?: readonly string[]) => clearing(members, ({ group }) => group, among);
  const candidates = candidatesOf(ecosystem, members.map(comparable), named, failing);
  return { candidates, foremost: foremostOf(members, candidates) };
}

function foremostOf(members: Members, candidates: readonly string[]): readonly string[] {
  if (candidates.length <= FEW) return candidates;
  const failing = clearing(members, ({ group }) => group, candidates) ?? candidates[0];
  const open = clearing(members, (member) => member.open, candidates);
  const wanted = new Set([failing, open, candidates.at(-1)]);
  return candidates.filter((version) => wanted.has(version));
}

/** All of so few are foremost. */
const FEW = 3;

/**
 * The version that fixes are compared with. A distribution's advisories name versions of the source, which may differ
 * from the package's own.
 */
export function comparable({ source, from }: Member): string {
  return source?.version || from;
}

/**
 * The lowest version that clears all fixable ones of these findings of all members, as their advisories have it.
 * Undefined: there is none, or their order is unknown.
 */
function clearing(
  members: Members,
  findingsOf: (member: Member) => readonly PackageFinding[],
  among?: readonly string[],
): string | undefined {
  const parts = members.map((member) => ({ installed: comparable(member), fixes: fixesOf(findingsOf(member)) }));
  return parts.every(({ fixes }) => fixes.length === 0) ? undefined : commonVersion(members[0].ecosystem, parts, among);
}
