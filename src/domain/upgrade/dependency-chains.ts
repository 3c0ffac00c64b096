import { ecosystemOf } from "../finding.ts";
import type { InstalledPackage } from "../target.ts";

/** How a package that nobody asked for came to be in a lock file. */
export interface Chain {
  /** The lock file, without a leading slash. */
  readonly path: string;
  /** From the one to touch to the package itself, by name and version; of a very long one the end, behind the first. */
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** The first one is a direct dependency: raising it is in the author's own hands. Otherwise that is not known. */
  readonly direct: boolean;
}

/** The shortest chain that brings a package in; undefined where it is a direct dependency, or nothing tells. */
export type FindChain = (path: string, name: string, version: string) => Chain | undefined;

/** More links than that tell a reader nothing; a hostile lock file could have thousands. */
const LONGEST = 12;

/**
 * Lock files that list the project itself among its packages without saying so: what nothing else brings in may be the
 * project, which is no dependency.
 */
function listsTheProject(each: InstalledPackage): boolean {
  return ecosystemOf(each) === "cargo" && each.listedIn !== "program";
}

/**
 * Finds chains in what the scanner says of dependencies: the ids in `dependsOn` name packages of the same lock file.
 * Takes time in proportion to packages and links; nothing before the first question, and one file's part at the first
 * question about that file. Circles and ids that no package has are harmless.
 */
export function chainFinder(packages: readonly InstalledPackage[]): FindChain {
  let files: Map<string | undefined, InstalledPackage[]> | undefined;
  const finders = new Map<string, FindChain>();
  return (path, name, version) => {
    files ??= Map.groupBy(packages, (each) => each.path);
    const listed = files.get(path);
    // One alone, such as an installed package's own file, has nobody that could bring it in.
    if (listed === undefined || listed.length < 2) return undefined;
    const find = finders.get(path) ?? chainsOf(path, listed);
    finders.set(path, find);
    return find(path, name, version);
  };
}

interface Node {
  readonly package: InstalledPackage;
  readonly next: Node[];
  /** Something of the file depends on it. */
  wanted: boolean;
  /** The start of its shortest chain; undefined: not reached. */
  first?: Node;
  /** The link before; undefined: it is a start. */
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
  // Of two with one id the first holds, as with the names.
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

/** Direct dependencies; else what the project itself names; else what nothing brings in, which must be direct. */
function startsOf(nodes: readonly Node[]): { readonly starts: readonly Node[]; readonly direct: boolean } {
  const related = (...words: string[]) => nodes.filter((node) => words.includes(node.package.relationship ?? ""));
  const direct = related("direct");
  if (direct.length > 0) return { starts: direct, direct: true };
  const projects = related("root", "workspace");
  if (projects.length > 0) return { starts: projects.flatMap((node) => node.next), direct: true };
  const [{ package: any }] = nodes as [Node];
  return { starts: nodes.filter((node) => !node.wanted), direct: !listsTheProject(any) };
}

/** Breadth first from all starts at once: the first to reach a package has the shortest chain. */
function spread(starts: readonly Node[]): void {
  const reached = [...starts];
  for (const node of starts) node.first = node;
  // The list grows while it is walked.
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
