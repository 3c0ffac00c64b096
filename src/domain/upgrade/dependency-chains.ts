import { ecosystemOf } from "../finding.ts";
import type { Chain } from "../fix-plan.ts";
import { memoize } from "../memoize.ts";
import type { InstalledPackage } from "../target.ts";

/** Returns the shortest chain to a package. Undefined if it is a direct dependency, or if the chain is unknown. */
export type FindChain = (path: string, name: string, version: string) => Chain | undefined;

/** More links do not help a reader, and a hostile lock file could have thousands. */
const LONGEST = 12;

/**
 * Whether the lock file lists the project itself among its packages without marking it. If no package depends on an
 * entry, that entry may be the project, which is not a dependency.
 */
function listsTheProject(each: InstalledPackage): boolean {
  return ecosystemOf(each) === "cargo" && each.listedIn !== "program";
}

/**
 * Finds chains in the dependencies that the scanner reports: the ids in `dependsOn` refer to packages of the same lock
 * file. Takes linear time in packages and links; a file is indexed at the first call for it. Cycles and unknown ids are
 * harmless.
 */
export function chainFinder(packages: readonly InstalledPackage[]): FindChain {
  const files = Map.groupBy(packages, (each) => each.path);
  const finderIn = memoize((path: string): FindChain => {
    const listed = files.get(path) ?? [];
    // A single package, such as one with its own file, has nothing that could depend on it.
    return listed.length < 2 ? () => undefined : chainsOf(path, listed);
  });
  return (path, name, version) => finderIn(path)(path, name, version);
}

interface Node {
  readonly package: InstalledPackage;
  readonly next: Node[];
  /** A package of the file depends on it. */
  wanted: boolean;
  /** The start of its shortest chain. Undefined: not reached. */
  first?: Node;
  /** The previous link. Undefined: it is a start. */
  before?: Node;
}

function chainsOf(path: string, listed: readonly InstalledPackage[]): FindChain {
  const nodes = nodesOf(listed);
  const { starts, direct } = startsOf(nodes);
  spread(starts);
  const byName = new Map(nodes.toReversed().map((node) => [key(node.package.name, node.package.version), node]));
  return (_, name, version) => {
    const node = byName.get(key(name, version));
    if (node?.before === undefined) return undefined;
    return { path, packages: linksTo(node).map(({ package: { name, version } }) => ({ name, version })), direct };
  };
}

function key(name: string, version: string): string {
  return `${name}\0${version}`;
}

function nodesOf(listed: readonly InstalledPackage[]): Node[] {
  const nodes = listed.map((each): Node => ({ package: each, next: [], wanted: false }));
  // If two have the same id, the first counts, as with names.
  const byId = new Map(nodes.toReversed().map((node) => [node.package.id, node]));
  for (const node of nodes)
    for (const id of node.package.dependsOn ?? []) {
      const next = byId.get(id);
      if (next === undefined || next === node) continue;
      node.next.push(next);
      next.wanted = true;
    }
  return nodes;
}

/**
 * Direct dependencies, else what the project itself names, else packages that nothing depends on: they must be direct.
 */
function startsOf(nodes: readonly Node[]): { readonly starts: readonly Node[]; readonly direct: boolean } {
  const related = (...words: string[]) => nodes.filter((node) => words.includes(node.package.relationship ?? ""));
  const direct = related("direct");
  if (direct.length > 0) return { starts: direct, direct: true };
  const projects = related("root", "workspace");
  if (projects.length > 0) return { starts: projects.flatMap((node) => node.next), direct: true };
  const [{ package: any }] = nodes as [Node];
  return { starts: nodes.filter((node) => !node.wanted), direct: !listsTheProject(any) };
}

/** Breadth-first search from all starts at once: the first path to a package is the shortest. */
function spread(starts: readonly Node[]): void {
  const reached = [...starts];
  for (const node of starts) node.first = node;
  // The list grows during this loop.
  for (const node of reached)
    for (const next of node.next) {
      if (next.first !== undefined) continue;
      next.first = node.first as Node;
      next.before = node;
      reached.push(next);
    }
}

function linksTo(end: Node): Node[] {
  const links = [end];
  for (let node = end.before; node !== undefined && links.length < LONGEST; node = node.before) links.push(node);
  links[links.length - 1] = end.first as Node;
  return links.reverse();
}
