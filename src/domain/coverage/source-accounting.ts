import { addTo } from "../collections.ts";
import type { CoverageRow, Gap } from "../coverage.ts";
import { counted } from "../list-some.ts";
import { pythonName } from "../purl.ts";
import { folderOf, type SeenPackage } from "./seen-packages.ts";
import { shortened, someOf, unaccounted } from "./words.ts";

/** The files in a folder of source code that a scanner skips. All texts are untrusted. */
export interface SourceFiles {
  /** Folders that the scanner skips because of their names, with files that it would otherwise scan. */
  readonly folders: readonly { readonly path: string; readonly count: number; readonly example: string }[];
  /** Lock files that are links. The scanner follows no links. */
  readonly links: readonly { readonly path: string; readonly to: string }[];
  readonly requirements: readonly RequirementsFile[];
  /** Paths of lists of packages whose file names the scanner does not support (`requirements-dev.txt`). */
  readonly unread: readonly string[];
  /** A list that the scanner reads also has development packages, which it skips. */
  readonly hasDevelopment: boolean;
  /** Number of further files that were not examined. */
  readonly more: number;
}

/** A `requirements.txt`. */
export interface RequirementsFile {
  readonly path: string;
  readonly requirements: readonly Requirement[];
  /** Why its requirements are unknown: a clause. */
  readonly unread?: string | undefined;
}

/** A line of a `requirements.txt`. */
export interface Requirement {
  /** As written. */
  readonly text: string;
  /** Absent: a URL, a folder or another file. */
  readonly name?: string | undefined;
  /** Absent: it does not require an exact version. */
  readonly version?: string | undefined;
}

/** A scanner's list of a folder's packages. */
export interface SourcePackages {
  readonly packages: readonly (SeenPackage & {
    readonly type?: string | undefined;
    readonly relationship?: string | undefined;
  })[];
  /** Types of lists whose packages can lack a version (`pom`). */
  readonly unversionedTypes: ReadonlySet<string>;
  /** The scanner skipped development dependencies. */
  readonly withoutDevelopment: boolean;
}

/** Highest number of gaps of each kind. */
const MOST_GAPS = 100;

/**
 * Gaps for the packages of a folder that were not scanned, and notes on those skipped on purpose (`docs/coverage.md`).
 */
export function accountForSource(
  source: SourceFiles,
  { packages, unversionedTypes, withoutDevelopment }: SourcePackages,
): { readonly gaps: readonly Gap[]; readonly notes: readonly CoverageRow[] } {
  const gaps = [
    ...source.links.map(linkGap),
    ...requirementGaps(source.requirements, packages),
    ...unversionedGaps(packages, unversionedTypes),
    ...(source.more > 0 ? [moreGap(source.more)] : []),
  ];
  const notes: CoverageRow[] = [
    ...(withoutDevelopment || source.hasDevelopment ? [DEVELOPMENT] : []),
    ...(source.unread.length > 0 ? [unreadRow(source.unread)] : []),
  ];
  return {
    gaps: gaps.length <= MOST_GAPS ? gaps : [...gaps.slice(0, MOST_GAPS), moreGap(gaps.length - MOST_GAPS)],
    notes,
  };
}

const DEVELOPMENT: CoverageRow = {
  subject: "Dependencies for development",
  status: "not-asked",
  detail: "of npm and others: not scanned",
};

function unreadRow(paths: readonly string[]): CoverageRow {
  const detail = `the scanner does not read lists of Python packages under these names: ${someOf(paths)}`;
  return { subject: "Requirements", status: "not-known", detail };
}

/** Folders that the scanner skips because of their names. They can contain secrets and configuration, too. */
export function folderGaps({ folders }: SourceFiles): Gap[] {
  return folders.map(({ path, count, example }) => ({
    code: "folder-not-read",
    what: `the scanner skips the folder ${path}, which has ${counted(count, "file")} that it would otherwise scan, such as ${shortened(example)}`,
    remedy: `Give the folder as a separate target, or rename it: \`${path}\`. Or leave it out with \`skip-dirs\`.`,
    path,
  }));
}

function moreGap(count: number): Gap {
  const what = `${count} more lock files were not compared with the scanner's list`;
  return unaccounted(what, { remedy: "Scan the folders one by one. Or leave some out with `skip-dirs`." });
}

function linkGap({ path, to }: SourceFiles["links"][number]): Gap {
  const what = `${shortened(path)} is a link to ${shortened(to)}, and scanners follow no links`;
  const remedy = "Scan the folder that has the file itself, or put a copy in the link's place.";
  return unaccounted(what, { remedy }, path);
}

function requirementGaps(files: readonly RequirementsFile[], packages: readonly SeenPackage[]): Gap[] {
  if (files.length === 0) return [];
  const listed = Map.groupBy(packages, (each) => (each.path === undefined ? undefined : folderOf(each.path)));
  return files.flatMap(({ path, requirements, unread }) => {
    /** The packages in the lock files of its folder, with and without versions. */
    const known = new Set(
      listed.get(folderOf(path))?.flatMap(({ name, version }) => [pythonName(name), `${pythonName(name)}\0${version}`]),
    );
    const missing = requirements.filter((each) => !isListed(each, known));
    if (unread === undefined && missing.length === 0) return [];
    const which = unread ?? someOf(missing.map(({ text }) => text));
    const what = `${shortened(path)} asks for ${unread === undefined ? counted(missing.length, "package") : "packages"} that ${missing.length === 1 ? "was" : "were"} not looked at: ${which}`;
    return [unaccounted(what, { remedy: EXACT }, path)];
  });
}

const EXACT =
  "Name each package in one line with an exact version (`name==1.2`), as `pip-compile` and `uv pip compile` write it, or put a lock file alongside it.";

function isListed({ name, version }: Requirement, known: ReadonlySet<string>): boolean {
  if (name === undefined) return false;
  return known.has(version === undefined ? pythonName(name) : `${pythonName(name)}\0${version}`);
}

/** Without a version, no advisory can be compared. Projects themselves need no version. */
function unversionedGaps(packages: SourcePackages["packages"], types: ReadonlySet<string>): Gap[] {
  const byFile = new Map<string, string[]>();
  for (const { name, version, type, path, relationship } of packages) {
    if (version !== "" || path === undefined || !types.has(type ?? "")) continue;
    if (relationship === "root" || relationship === "workspace") continue;
    addTo(byFile, path, name);
  }
  return [...byFile].map(([path, names]) => {
    const what = `${shortened(path)} has ${counted(names.length, "package")} without its own version, which no advisory was compared with: ${someOf(names)}`;
    return unaccounted(what, { remedy: RESOLVED }, path);
  });
}

const RESOLVED =
  "Their versions are in a parent or a range, which only the build resolves: scan the built jar or image, or an SBOM from the build.";
