import { ecosystemOf } from "../finding.ts";
import type { Chain } from "../fix-plan.ts";
import { memoize } from "../memoize.ts";
import type { InstalledPackage } from "../target.ts";

/** Returns the shortest chain to a package. Undefined if it is a direct dependency, or if the chain is unknown. */
export type FindChain = (path: string, name: string, version: string) => Chain | undefined;

/** More links do not help a reader, and a malicious lock file could have thousands. */
const LONGEST = 12;

/**
 * True if the lock file lists the project itself among its packages without marking it. An entry that no package
 * depends on may then be the project, which is not a dependency.
 */
function listsTheProject(each: InstalledPackage): boolean {
  return ecosystemOf(each) === "cargo" && each.listedIn !== "program";
}

/**
 * Finds chains in the dependencies that the scanner reports: the ids in `dependsOn` refer to packages of the same lock
 * file. Takes linear time in packages and links; a file is indexed when it is first needed. Cycles and unknown ids are
 * harmless.
 */
export function chainFinder(packages: readonly InstalledPackage[]): FindChain {
  const files = Map.groupBy(packages, (each) => each.path);
  const chainsIn = memoize((path: string) => chainsOf(files.get(path) ?? []));
  return (path, name, version) => {
    const found = chainsIn(path)(keyOf({ name, version }));
    return found && { path, ...found };
  };
}

/** The last link of the shortest chain to a package. */
interface ChainLink {
  /** The start of its shortest chain. */
  readonly start: InstalledPackage;
  /** The link before it. Absent: it is the start. */
  readonly before?: InstalledPackage;
}

function chainsOf(listed: readonly InstalledPackage[]): (key: string) => Omit<Chain, "path"> | undefined {
  // If two have the same id, or the same name and version, the first counts.
  const [byId, byName] = [(each: InstalledPackage) => each.id, keyOf].map(
    (key) => new Map(listed.toReversed().map((each) => [key(each), each])),
  );
  const needsOf = (each: InstalledPackage) =>
    (each.dependsOn ?? []).flatMap((id) => byId?.get(id) ?? []).filter((need) => need !== each);
  const { starts, direct } = startsOf(listed, needsOf);
  // Breadth first from all starts at once: the first chain to a package is the shortest. The map grows in the loop.
  const ways = new Map(starts.map((start): [InstalledPackage, ChainLink] => [start, { start }]));
  for (const [before, { start }] of ways)
    for (const need of needsOf(before)) if (!ways.has(need)) ways.set(need, { start, before });
  return (key) => {
    const end = byName?.get(key);
    const way = end && ways.get(end);
    if (end === undefined || way?.before === undefined) return undefined;
    const links = [end];
    for (let at = way; at.before !== undefined && links.length < LONGEST; at = ways.get(at.before) as ChainLink)
      links.unshift(at.before);
    links[0] = way.start;
    return { packages: links.map(({ name, version }) => ({ name, version })), direct };
  };
}

function keyOf({ name, version }: Pick<InstalledPackage, "name" | "version">): string {
  return `${name}\0${version}`;
}

/**
 * Direct dependencies, otherwise the project's requirements. Otherwise packages that no other one depends on: they must
 * be direct.
 */
function startsOf(
  listed: readonly InstalledPackage[],
  needsOf: (each: InstalledPackage) => readonly InstalledPackage[],
): { readonly starts: readonly InstalledPackage[]; readonly direct: boolean } {
  const related = (...words: string[]) => listed.filter(({ relationship = "" }) => words.includes(relationship));
  const direct = related("direct");
  if (direct.length > 0) return { starts: direct, direct: true };
  const projects = related("root", "workspace");
  if (projects.length > 0) return { starts: projects.flatMap(needsOf), direct: true };
  const wanted = new Set(listed.flatMap(needsOf));
  const [any] = listed;
  return { starts: listed.filter((each) => !wanted.has(each)), direct: any === undefined || !listsTheProject(any) };
}
