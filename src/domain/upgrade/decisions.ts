import type { Family } from "../fix-plan.ts";
import type { InstalledPackage } from "../target.ts";
import { type ReleaseTrain, releaseTrainOf, SPRING_BOOT } from "./families.ts";
import { placeFinder } from "./places.ts";
import type { Raisable } from "./upgrades.ts";

/** Packages that are raised together: one line of the plan. */
export interface Decision<T> {
  /** Absent: a single package. */
  readonly family?: Family | undefined;
  readonly members: readonly [T, ...T[]];
}

/** A decision, and what else it raises. */
export interface FamilyDecision<T> extends Decision<T> {
  /** What else of the family is at the same place. */
  readonly relatives: readonly InstalledPackage[];
}

/**
 * Groups packages that one decision raises. These are an operating system's packages of one source, and Maven packages
 * at one place that are released together, or share group id and version. Decisions are in the order of their first
 * package.
 * @param packages all packages of the target
 */
export function decisionsOf<T extends Raisable>(
  raised: readonly T[],
  packages: readonly InstalledPackage[] = [],
): FamilyDecision<T>[] {
  const groups = Map.groupBy(raised, (each) => familyKey(each));
  const maven = mavenNeighbours(packages);
  return [...groups.values()].map((members) => {
    const [first, ...others] = members as [T, ...T[]];
    const relatives = relativesOf([first, ...others], maven);
    return { members: [first, ...others], relatives, family: familyOf([first, ...others], relatives, maven) };
  });
}

function familyKey({ package: name, type, from, ecosystem, place, source }: Raisable): string {
  if (source !== undefined) return JSON.stringify(["source", type, source.name]);
  if (ecosystem === "maven" && name.includes(":")) {
    const train = releaseTrainOf(name);
    return JSON.stringify(["maven", type, place.key, ...(train ? [train.name] : [groupOf(name), from])]);
  }
  return JSON.stringify(["one", type, name, from, place.key]);
}

function groupOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}

type Neighbours = (of: Raisable) => readonly InstalledPackage[];

/** Maven packages that are released with the members, and are not among them. */
function relativesOf(members: readonly [Raisable, ...Raisable[]], neighbours: Neighbours): readonly InstalledPackage[] {
  const [first] = members;
  const train = first.source === undefined && first.ecosystem === "maven" ? releaseTrainOf(first.package) : undefined;
  if (train === undefined) return [];
  const names = new Set(members.map((each) => each.package));
  return neighbours(first).filter(({ name }) => !names.has(name) && releaseTrainOf(name)?.name === train.name);
}

function familyOf(
  members: readonly [Raisable, ...Raisable[]],
  relatives: readonly InstalledPackage[],
  neighbours: Neighbours,
): Family | undefined {
  const [{ package: name, ecosystem, source }] = members;
  const isAlone = new Set(members.map((each) => each.package)).size === 1;
  if (source !== undefined) return isAlone ? undefined : { kind: "source", name: source.name };
  if (ecosystem !== "maven") return undefined;
  const train = releaseTrainOf(name);
  if (train === undefined) return isAlone ? undefined : { kind: "group", name: `${groupOf(name)}:*` };
  if (isAlone && relatives.length === 0) return undefined;
  return { kind: "group", name: train.name, bom: train.bom, springBoot: springBootIn(neighbours(members[0]), train) };
}

/** What sets the version in a project on Spring Boot. Its 2.3 to 3 know these properties. */
function springBootIn(beside: readonly InstalledPackage[], { property }: ReleaseTrain): Family["springBoot"] {
  const version = beside.find(({ name }) => name === `${SPRING_BOOT.group}:spring-boot`)?.version;
  if (version === undefined || property === undefined) return undefined;
  return /^(?:2\.(?:[3-9]|\d\d)|3)\./.test(version) ? { version, property } : undefined;
}

/** Finds the Maven packages at the same place. Nothing is indexed before the first call. */
function mavenNeighbours(packages: readonly InstalledPackage[]): Neighbours {
  let known: Map<string, InstalledPackage[]> | undefined;
  const placeOf = placeFinder(packages);
  return ({ place: { key } }) => {
    known ??= Map.groupBy(
      packages.filter(({ ecosystem, type }) => (ecosystem ?? type) === "maven"),
      (each) => placeOf({ package: each, path: each.path, owner: undefined }).key,
    );
    return known.get(key) ?? [];
  };
}
