import type { Owner } from "../../../domain/finding.ts";

/** A package of the report, as far as it can own files. */
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

/** Common names of the ecosystems. An operating system's ecosystem has the system's name. */
const NAMES: Readonly<Record<string, string>> = {
  debian: "Debian",
  ubuntu: "Ubuntu",
  alpine: "Alpine",
  redhat: "Red Hat",
  centos: "CentOS",
  rocky: "Rocky Linux",
  alma: "AlmaLinux",
  fedora: "Fedora",
  amazon: "Amazon Linux",
  oracle: "Oracle Linux",
  wolfi: "Wolfi",
  chainguard: "Chainguard",
  photon: "Photon",
};
/** A report that was given may have any type. */
const SYSTEMS = new Map(Object.entries(NAMES));

type Finder = (thing: OwnedThing) => Owner | undefined;

/**
 * Finds the package that ships the file of a finding: a jar below `site-packages/sparkly` belongs to Python's
 * `sparkly`. Only names packages from the report, and guesses nothing from a folder's name. As an exception, an archive
 * around a jar is named by its file name, since Trivy may not know it as a package.
 */
export function ownerFinder(packages: readonly OwnedPackage[]): Finder {
  const finders: Finder[] = [
    archiveFinder(packages),
    pythonFinder(packages),
    nodeFinder(packages),
    rubyFinder(packages),
    composerFinder(packages),
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

function ofType(packages: readonly OwnedPackage[], ...types: string[]): OwnedPackage[] {
  return packages.filter((each) => types.includes(each.type));
}

/** `app.war/WEB-INF/lib/x.jar`: Trivy's path for a jar within an archive starts with the archive's path. */
function archiveFinder(packages: readonly OwnedPackage[]): Finder {
  const byPath = new Map(ofType(packages, "jar").map((each) => [withoutLeadingSlash(each.filePath), each]));
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

function pythonFinder(packages: readonly OwnedPackage[]): Finder {
  const index = new Map<string, OwnedPackage>();
  for (const each of ofType(packages, "python-pkg")) {
    const folder = /^(.*(?:site|dist)-packages)\//.exec(withoutLeadingSlash(each.filePath) ?? "")?.[1];
    if (folder !== undefined) index.set(`${folder}\0${normalised(each.name)}`, each);
  }
  return ({ path, name }) => {
    const match = /^(.*(?:site|dist)-packages)\/([^/]+)\/./.exec(path);
    const [, folder = "", top = ""] = match ?? [];
    const found = index.get(`${folder}\0${normalised(top)}`);
    return found === undefined || found.name === name ? undefined : toOwner("Python", found);
  };
}

/** Finds the innermost package folder in `node_modules` around the path, except the package itself. */
function nodeFinder(packages: readonly OwnedPackage[]): Finder {
  const byFolder = new Map<string, OwnedPackage>();
  for (const each of ofType(packages, "node-pkg"))
    byFolder.set((withoutLeadingSlash(each.filePath) ?? "").replace(/\/package\.json$/, ""), each);
  return ({ path, name }) => {
    const folders = [...path.matchAll(/(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)(?=\/)/g)];
    for (const match of folders.reverse()) {
      const folder = path.slice(0, match.index + match[0].length);
      const isItself = match[1] === name && path === `${folder}/package.json`;
      const found = byFolder.get(folder);
      if (!isItself && found !== undefined) return toOwner("Node.js", found);
    }
    return undefined;
  };
}

function rubyFinder(packages: readonly OwnedPackage[]): Finder {
  const byFolder = new Map(ofType(packages, "gemspec").map((each) => [`${each.name}-${each.version ?? ""}`, each]));
  return ({ path, name }) => {
    const folder = /(?:^|\/)gems\/((?=[^/]+-[^/])[^/]+)\/./.exec(path)?.[1];
    const found = folder === undefined ? undefined : byFolder.get(folder);
    return found === undefined || found.name === name ? undefined : toOwner("Ruby", found);
  };
}

function composerFinder(packages: readonly OwnedPackage[]): Finder {
  const byName = new Map(ofType(packages, "composer-vendor", "composer").map((each) => [each.name, each]));
  return ({ path, name }) => {
    const vendor = /(?:^|\/)vendor\/([^/]+\/[^/]+)\/./.exec(path)?.[1];
    const found = vendor === undefined ? undefined : byName.get(vendor);
    return found === undefined || found.name === name ? undefined : toOwner("PHP", found);
  };
}

/** Built at the first call: the lists of installed files are the longest in a report. */
function systemFinder(packages: readonly OwnedPackage[]): Finder {
  let byFile: Map<string, OwnedPackage> | undefined;
  return ({ path, name }) => {
    byFile ??= filesOf(packages);
    const found = byFile.get(path) ?? byFile.get(outerArchive(path) ?? path);
    if (found === undefined || found.name === name) return undefined;
    return toOwner(SYSTEMS.get(found.type) ?? found.type, found);
  };
}

function filesOf(packages: readonly OwnedPackage[]): Map<string, OwnedPackage> {
  const files = new Map<string, OwnedPackage>();
  for (const each of packages)
    for (const file of each.installedFiles ?? []) files.set(withoutLeadingSlash(file) ?? file, each);
  return files;
}

function withoutLeadingSlash(path: string | undefined): string | undefined {
  return path?.replace(/^\/+/, "");
}
