import { unique } from "../collections.ts";
import { ecosystemOf, type Finding, type FindingPackage, isOnPackage, type PackageFinding } from "../finding.ts";
import type { Family, Place } from "../fix-plan.ts";
import type { BaseReport } from "../image/base-image.ts";
import { memoize } from "../memoize.ts";
import type { InstalledPackage } from "../target.ts";
import { breaks, type JudgedFinding, type JudgedTarget } from "../verdict.ts";
import { placeFinder } from "./places.ts";
import { suggestedVersions } from "./smallest-fix.ts";

/** A package in one version at one place. */
export interface Member {
  readonly about: FindingPackage;
  readonly ecosystem: string;
  readonly place: Place;
  /** The base image brought it. */
  readonly ofBase: boolean;
  /** The same package in the target's list. Absent: it is not listed. */
  readonly listed: InstalledPackage | undefined;
  /** Its failing findings. Empty: it is only upgraded together with others. */
  readonly failing: readonly PackageFinding[];
  /** Its open findings, including the failing ones. */
  readonly open: readonly PackageFinding[];
}

type Members = readonly [Member, ...Member[]];

/** Packages that are upgraded together: one line of the plan. */
export interface Decision {
  /** Absent: a single package. */
  readonly family?: Family | undefined;
  readonly members: Members;
  /** Other packages of the family at the same place, without a failing finding. */
  readonly relatives: readonly Member[];
  /** The advisories' versions, lowest first. Empty: no version is known to be above the installed ones. */
  readonly versions: readonly string[];
}

/** True for a vulnerability that the base image brought. */
export function isOfBase({ finding, origin }: JudgedFinding): boolean {
  return origin === "base" && finding.kind === "vulnerability";
}

/** Equal for the same package in the same version, at any place. */
export function packageKey({ type, name, version }: Pick<FindingPackage, "type" | "name" | "version">): string {
  return `${type}\0${name}\0${version}`;
}

/** The source package that an operating system's package was built from. */
export function sourceOf({ listed }: Member): InstalledPackage["source"] {
  return listed?.system ? listed.source : undefined;
}

/**
 * The version that fixes are compared with. A distribution's advisories use versions of the source, which may differ
 * from the package's own: `bsdutils` 1:2.38.1-5 is built from `util-linux` 2.38.1-5.
 */
export function comparable(member: Member): string {
  return sourceOf(member)?.version || member.about.version;
}

/**
 * The decisions about a target's failing findings, without those that rebuilding on a newer base clears. Some packages
 * are upgraded together: an operating system's packages from one source, and Maven packages at one place that are
 * released together or share group id and version.
 */
export function decisionsOf(target: JudgedTarget, base?: BaseReport): Decision[] {
  const groups = Map.groupBy(membersOf(target, base), familyKey);
  const neighbours = mavenNeighbours(target.scan.packages);
  return ([...groups.values()] as [Member, ...Member[]][]).flatMap((members): Decision[] => {
    const relatives = relativesOf(members, neighbours);
    const family = familyOf(members, relatives, neighbours);
    const versions = versionsFor(members);
    if (versions.length > 0 || members.length === 1) return [{ family, members, relatives, versions }];
    // No version is above the installed versions of all of them.
    return members.map((each) => ({ members: [each], relatives: [], versions: versionsFor([each]) }));
  });
}

/** Groups findings by the package that one upgrade can change. */
function membersOf(target: JudgedTarget, base: BaseReport | undefined): Member[] {
  const { packages } = target.scan;
  const placeOf = placeFinder(packages);
  const lacks = base?.newer?.lacks ?? (() => false);
  const isFailing = breaks(target);
  const listed = new Map(packages.map((each) => [packageKey(each), each]));
  // Thousands of findings share a package and a place, and so one text.
  const keysAt = memoize((at: string) => memoize<string, FindingPackage>((about) => `${packageKey(about)}\0${at}`));
  const open = target.findings.flatMap((judged) => {
    const { finding, outcome } = judged;
    if (outcome !== "open" || !isOnPackage(finding)) return [];
    const ofBase = isOfBase(judged);
    const fails = isFailing(judged) && !(ofBase && lacks(finding));
    return [{ finding, place: placeOf(finding), ofBase, fails }];
  });
  const groups = Map.groupBy(open, ({ finding, place: { key }, ofBase }) =>
    keysAt(ofBase ? `${key}\0base` : key)(finding.package),
  );
  return [...groups.values()].flatMap((group): Member[] => {
    const failing = group.flatMap(({ finding, fails }) => (fails ? [finding] : []));
    const [first] = group;
    if (first === undefined || failing.length === 0) return [];
    const { place, ofBase } = first;
    const { package: about } = first.finding;
    return [
      {
        ...{ about, ecosystem: ecosystemOf(about), place, ofBase, listed: listed.get(packageKey(about)), failing },
        open: group.map(({ finding }) => finding),
      },
    ];
  });
}

function versionsFor(members: Members): readonly string[] {
  const listsOf = (findings: readonly Finding[]) => unique(findings.map(({ fixedVersions }) => fixedVersions));
  const parts = [...Map.groupBy(members, comparable)].map(([installed, same]) => ({
    installed,
    failing: listsOf(same.flatMap(({ failing }) => failing)),
    open: listsOf(same.flatMap(({ open }) => open)),
  }));
  return suggestedVersions(members[0].ecosystem, parts);
}

function familyKey(member: Member): string {
  const { about, ecosystem, place, ofBase } = member;
  const { type, name, version } = about;
  const source = sourceOf(member);
  if (source !== undefined) return JSON.stringify([ofBase, "source", type, source.name]);
  if (ecosystem !== "maven" || !name.includes(":")) return JSON.stringify([ofBase, type, name, version, place.key]);
  const train = releaseTrainOf(name);
  return JSON.stringify([ofBase, "maven", type, place.key, ...(train ? [train.name] : [groupOf(name), version])]);
}

function groupOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}

type Neighbours = (of: Member) => readonly InstalledPackage[];

/** Maven packages that are released with the members, without the members themselves. */
function relativesOf(members: Members, neighbours: Neighbours): Member[] {
  const [first] = members;
  const train = first.ecosystem === "maven" ? releaseTrainOf(first.about.name) : undefined;
  if (train === undefined) return [];
  const names = new Set(members.map(({ about }) => about.name));
  return neighbours(first)
    .filter(({ name }) => !names.has(name) && releaseTrainOf(name)?.name === train.name)
    .map((listed) => {
      const { name, version, type, purl } = listed;
      const about = { name, version, type, ecosystem: listed.ecosystem, purl };
      return { ...first, about, listed, failing: [], open: [] };
    });
}

function familyOf(members: Members, relatives: readonly Member[], neighbours: Neighbours): Family | undefined {
  const [first] = members;
  const { name } = first.about;
  const source = sourceOf(first);
  const isAlone = new Set(members.map(({ about }) => about.name)).size === 1;
  if (source !== undefined) return isAlone ? undefined : { kind: "source", name: source.name };
  if (first.ecosystem !== "maven") return undefined;
  const train = releaseTrainOf(name);
  if (train === undefined) return isAlone ? undefined : { kind: "group", name: `${groupOf(name)}:*` };
  if (isAlone && relatives.length === 0) return undefined;
  return { kind: "group", name: train.name, bom: train.bom, springBoot: springBootIn(neighbours(first), train) };
}

/** The setting of the version in a Spring Boot project. Spring Boot 2.3 to 3 know these properties. */
function springBootIn(beside: readonly InstalledPackage[], { property }: ReleaseTrain): Family["springBoot"] {
  const version = beside.find(({ name }) => name === `${SPRING_BOOT}:spring-boot`)?.version;
  if (version === undefined || property === undefined) return undefined;
  return /^(?:2\.(?:[3-9]|\d\d)|3)\./.test(version) ? { version, property } : undefined;
}

/** Finds the Maven packages at the same place. */
function mavenNeighbours(packages: readonly InstalledPackage[]): Neighbours {
  const placeOf = placeFinder(packages);
  const known = Map.groupBy(
    packages.filter((each) => ecosystemOf(each) === "maven"),
    (each) => placeOf({ package: each, path: each.path, owner: undefined }).key,
  );
  return ({ place: { key } }) => known.get(key) ?? [];
}
/** Maven packages that are released together, always in one version. */
export interface ReleaseTrain {
  /** Its common name: `spring-*`. */
  readonly name: string;
  /** Its group ids; one that ends with `.` includes all ids that start with it. */
  readonly groups: readonly string[];
  /** Artifacts of these groups with separate versions. */
  readonly except?: RegExp | undefined;
  /** The BOM or parent of the same version, which sets the version of all. */
  readonly bom?: string | undefined;
  /** The property that sets the version in a Spring Boot project (Spring Boot 2.3 to 3, see {@link SPRING_BOOT}). */
  readonly property?: string | undefined;
}

/** Spring Boot sets the versions of packages with a {@link ReleaseTrain.property}. */
const SPRING_BOOT = "org.springframework.boot";

/**
 * Sources: each project's own BOM in Maven Central; docs.spring.io/spring-boot, appendix "Version Properties". A group
 * id does not imply one version: in `org.apache.commons`, each project has its own.
 */
const TRAINS: readonly ReleaseTrain[] = [
  { name: "spring-boot-*", groups: [SPRING_BOOT], bom: `${SPRING_BOOT}:spring-boot-starter-parent` },
  { ...withBom("org.springframework", "spring-framework"), name: "spring-*", property: "spring-framework.version" },
  { ...withBom("org.springframework.security", "spring-security"), property: "spring-security.version" },
  {
    ...withBom("com.fasterxml.jackson", "jackson"),
    groups: ["core", "dataformat", "datatype", "jaxrs", "jakarta.rs", "module"].map(
      (each) => `com.fasterxml.jackson.${each}`,
    ),
    property: "jackson-bom.version",
  },
  { ...withBom("org.apache.logging.log4j", "log4j"), property: "log4j2.version" },
  { ...withBom("io.netty", "netty"), except: /^netty-(?:tcnative|jni-util|incubator)/, property: "netty.version" },
  { name: "tomcat-embed-*", groups: ["org.apache.tomcat.embed"], property: "tomcat.version" },
  { ...withBom("org.eclipse.jetty", "jetty"), property: "jetty.version" },
  { name: "logback-*", groups: ["ch.qos.logback"], property: "logback.version" },
  withBom("io.grpc", "grpc"),
  withBom("org.apache.camel", "camel"),
  withBom("org.apache.cxf", "cxf"),
  withBom("org.jetbrains.kotlin", "kotlin"),
];

function withBom(group: string, stem: string): ReleaseTrain {
  return { name: `${stem}-*`, groups: [group], bom: `${group}:${stem}-bom` };
}

const BY_GROUP = new Map(TRAINS.flatMap((train) => train.groups.map((group) => [group, train] as const)));

/** The packages released together with a Maven package, by its name `group:artifact`. Undefined: none are known. */
function releaseTrainOf(name: string): ReleaseTrain | undefined {
  const [group = "", artifact = ""] = name.split(":");
  const train = BY_GROUP.get(group);
  return train?.except?.test(artifact) ? undefined : train;
}
