import type { Owner } from "../../../domain/finding.ts";
import { pathIn } from "../../given-report.ts";

/** A package of the report that may own files. */
export interface OwnedPackage {
  readonly name: string;
  readonly version?: string | undefined;
  /** Trivy's type of the result that lists it: `python-pkg`, `node-pkg`, `jar`, `debian`, … */
  readonly type: string;
  /** Path of its metadata file: `…/site-packages/sparkly-1.0.dist-info/METADATA`. */
  readonly filePath?: string | undefined;
  /** The files that it installed, according to the distribution's package manager. */
  readonly installedFiles?: readonly string[] | undefined;
}

/** The subject of a finding, and its place. */
export interface OwnedThing {
  /** Without a leading slash. */
  readonly path: string;
  /** Name of the package itself, which cannot own itself. */
  readonly name?: string | undefined;
}

/** Common names of operating systems that differ from their family's, with a capital letter. */
const SYSTEMS: ReadonlyMap<string, string> = new Map([
  ["redhat", "Red Hat"],
  ["centos", "CentOS"],
  ["alma", "AlmaLinux"],
]);

function systemName(family: string): string {
  return SYSTEMS.get(family) ?? `${family.slice(0, 1).toUpperCase()}${family.slice(1)}`;
}

type Finder = (thing: OwnedThing) => Owner | undefined;

/**
 * Finds the package that ships the file of a finding: a jar below `site-packages/sparkly` belongs to Python's
 * `sparkly`. Only names packages from the report, and guesses nothing from a folder's name. As an exception, an archive
 * around a jar is named by its file name, since Trivy might not know it as a package.
 */
export function ownerFinder(packages: readonly OwnedPackage[]): Finder {
  const finders: Finder[] = [
    archiveFinder(packages),
    ...LAYOUTS.map((layout) => layoutFinder(layout, packages)),
    systemFinder(packages),
  ];
  const known = new Map<string, Owner | undefined>();
  return (thing) => {
    const key = `${thing.path}\0${thing.name ?? ""}`;
    if (known.has(key)) return known.get(key);
    let owner: Owner | undefined;
    for (const find of finders) {
      owner = find(thing);
      if (owner !== undefined) break;
    }
    known.set(key, owner);
    return owner;
  };
}

function toOwner(ecosystem: string, { name, version }: OwnedPackage): Owner {
  return { ecosystem, name, version };
}

/** `app.war/WEB-INF/lib/x.jar`: Trivy's path for a jar within an archive starts with the archive's path. */
function archiveFinder(packages: readonly OwnedPackage[]): Finder {
  const jars = packages.filter(({ type }) => type === "jar");
  const byPath = new Map(jars.map((each) => [placeOf(each), each]));
  return ({ path, name }) => {
    const end = outerArchive(path);
    if (end === undefined) return undefined;
    const archive = byPath.get(end);
    if (archive !== undefined && archive.name !== name) return toOwner("Java", archive);
    return archive === undefined ? { ecosystem: "Java", name: end.slice(end.lastIndexOf("/") + 1) } : undefined;
  };
}

/** The innermost archive around a path. */
export function outerArchive(path: string): string | undefined {
  const match = /^(.*\.(?:jar|war|ear|par))\/[^/]/.exec(path);
  return match?.[1];
}

/** PEP 503: case, and the choice of `-`, `_` or `.`, make no difference in a name. */
function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, "-");
}

/** The folders in which an ecosystem puts its packages. */
interface Layout {
  readonly ecosystem: string;
  readonly types: readonly string[];
  keyOf(each: OwnedPackage): string;
  /** The keys of packages around a path, the innermost first. */
  keysAround(path: string): readonly string[];
}

const LAYOUTS: readonly Layout[] = [
  {
    ecosystem: "Python",
    types: ["python-pkg"],
    keyOf: (each) => `${/^.*(?:site|dist)-packages\//.exec(placeOf(each))?.[0]}${normalised(each.name)}`,
    keysAround(path) {
      const [, folder, name] = /^(.*(?:site|dist)-packages\/)([^/]+)\/./.exec(path) ?? [];
      return name === undefined ? [] : [`${folder}${normalised(name)}`];
    },
  },
  {
    ecosystem: "Node.js",
    types: ["node-pkg"],
    keyOf: (each) => placeOf(each).replace(/\/package\.json$/, ""),
    keysAround(path) {
      const folders = [...path.matchAll(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/g)];
      return folders.reverse().map((match) => path.slice(0, match.index + match[0].length));
    },
  },
  {
    ecosystem: "Ruby",
    types: ["gemspec"],
    keyOf: ({ name, version = "" }) => `${name}-${version}`,
    keysAround: (path) => /(?:^|\/)gems\/((?=[^/]+-[^/])[^/]+)\/./.exec(path)?.slice(1) ?? [],
  },
  {
    ecosystem: "PHP",
    types: ["composer-vendor", "composer"],
    keyOf: ({ name }) => name,
    keysAround: (path) => /(?:^|\/)vendor\/([^/]+\/[^/]+)\/./.exec(path)?.slice(1) ?? [],
  },
];

function layoutFinder({ ecosystem, types, keyOf, keysAround }: Layout, packages: readonly OwnedPackage[]): Finder {
  const byKey = new Map(packages.filter(({ type }) => types.includes(type)).map((each) => [keyOf(each), each]));
  return ({ path, name }) => {
    const around = keysAround(path).map((key) => byKey.get(key));
    const found = around.find((each) => each !== undefined && !(each.name === name && placeOf(each) === path));
    return found && toOwner(ecosystem, found);
  };
}

/** Built at the first call: the lists of installed files are the longest in a report. */
function systemFinder(packages: readonly OwnedPackage[]): Finder {
  let byFile: Map<string, OwnedPackage> | undefined;
  return ({ path, name }) => {
    byFile ??= filesOf(packages);
    const found = byFile.get(path) ?? byFile.get(outerArchive(path) ?? path);
    if (found === undefined || found.name === name) return undefined;
    return toOwner(systemName(found.type), found);
  };
}

function filesOf(packages: readonly OwnedPackage[]): Map<string, OwnedPackage> {
  const files = new Map<string, OwnedPackage>();
  for (const each of packages) for (const file of each.installedFiles ?? []) files.set(pathIn(file) ?? "", each);
  return files;
}

function placeOf({ filePath }: OwnedPackage): string {
  return pathIn(filePath) ?? "";
}
