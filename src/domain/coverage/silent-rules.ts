import type { InventoryEntry, InventoryKind } from "./inventory.ts";
import { folderOf, type SeenIndex } from "./seen-packages.ts";

/**
 * The rules that allow an item to be missing in a scanner's list without a gap, see `docs/coverage.md` (Accounting).
 */
export const SILENT_RULES = [
  "system-owned",
  "not-a-package",
  "unidentified-jar",
  "lock-file-beside-its-packages",
  "sbom-in-image",
  "said-by-another-gap",
  "left-out",
] as const;

export type SilentRule = (typeof SILENT_RULES)[number];

/** The rule that allows an entry to be missing in the scanner's list. Undefined: there is no such rule. */
export function silentRule(entry: InventoryEntry, index: SeenIndex): SilentRule | undefined {
  const { kind, path, packages, unread } = entry;
  if (kind === "sbom") return "sbom-in-image";
  // The scanner reported that it could not read the file, which is a gap already.
  if (index.unread.get(path)?.kind === "packages") return "said-by-another-gap";
  if (isOfSystem(entry, index)) return "system-owned";
  if (isNoPackage(entry) || isRefusedFixture(entry, index)) return "not-a-package";
  if (kind === "lock-file") return index.hasBelow(folderOf(path)) ? "lock-file-beside-its-packages" : undefined;
  const isArchive = kind === "jar" || (kind === "python" && path.endsWith(".egg"));
  const isOwnFile = entry.linkTo === undefined && entry.isRenamed !== true && index.ownerOf(entry) === undefined;
  return isArchive && packages === undefined && unread === undefined && isOwnFile ? "unidentified-jar" : undefined;
}

/** A file without packages. An unreadable file counts as one, unless it is in a place for installed packages. */
function isNoPackage({ kind, path, packages, unread }: InventoryEntry): boolean {
  if (packages !== undefined) return packages.length === 0;
  if (kind === "node") return unread === undefined || !isPackagePlace(path);
  // Other programs have files of this name, too.
  return kind === "php" && unread !== undefined && !/(?:^|\/)composer\/installed\.json$/.test(path);
}

/**
 * Names that npm accepts (https://docs.npmjs.com/cli/configuring-npm/package-json#name), and that advisories can use.
 */
const NPM_NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;

/** Packages have odd `package.json` files for their tests. Scanners reject them, and they install nothing. */
function isRefusedFixture({ kind, path, packages = [] }: InventoryEntry, { unread }: SeenIndex): boolean {
  if (kind !== "node" || unread.get(path)?.kind !== "no-package" || isPackagePlace(path)) return false;
  return `/${path}`.includes("/node_modules/") || packages.every(({ name }) => !NPM_NAME.test(name));
}

/** The folder of a distribution's packages for Python. A build uses other folders, such as `usr/local`. */
export const SYSTEM_PYTHON = String.raw`usr/lib(?:32|64)?/(?:python|pypy)\d[\d.]*/(?:dist-packages|site-packages)/`;

/** The interpreter's metadata about its own parts, next to its modules. */
const OWN_OF_PYTHON = String.raw`usr/lib(?:32|64)?/(?:python\d[\d.]*/(?:lib-dynload/)?[^/]+\.egg-info$|pypy\d[\d.]*/lib_pypy/)`;

/** Some of these, which distroless images contain without a list of files. */
const OF_THE_INTERPRETER = /^usr\/lib\/python2\.7\/(?:argparse|wsgiref|lib-dynload\/Python-2\.7)\.egg-info$/;

/** A package of the system owns the file, and the file is in a folder for such files. */
function isOfSystem(entry: InventoryEntry, index: SeenIndex): boolean {
  const { kind, path } = entry;
  if (OF_THE_INTERPRETER.test(path)) return true;
  const owner = index.ownerOf(entry);
  if (owner === undefined) return false;
  return (PROGRAMS.has(kind) ? PROGRAM_FOLDERS : LIBRARY_FOLDERS).test(path) || isOwnersFolder(path, owner);
}

const PROGRAMS: ReadonlySet<InventoryKind> = new Set(["go", "rust", "packed-program"]);

/**
 * Red Hat's software collections and Amazon's tools have separate folders. All others below `opt`, and `usr/local`, are
 * not the system's (Filesystem Hierarchy Standard 3.0, 3.13 and 4.9).
 */
const OPT = "opt/(?:rh|aws)/[^/]+/";

/** Systems' folders for programs. */
const PROGRAM_FOLDERS = new RegExp(`^(?:${OPT}|(?:usr/)?(?:bin|sbin|lib|lib64|libexec|games)/)`);

/**
 * Systems' folders for the packages of languages: the policies of Debian, Alpine and the RPM systems for Python,
 * Node.js, Ruby, PHP, Java and .NET, and the documentation with its examples.
 */
const LIBRARY_FOLDERS = new RegExp(
  `^(?:${[
    OPT,
    SYSTEM_PYTHON,
    OWN_OF_PYTHON,
    String.raw`usr/share/python\d?[\d.]*(?:-wheels)?/`,
    String.raw`usr/(?:lib(?:64)?/(?:[a-z0-9_]+-linux-[a-z0-9]+/)?|share/)(?:nodejs|node_modules(?:_\d+)?|javascript)/`,
    "usr/(?:lib(?:64)?/(?:[a-z0-9_]+-linux-[a-z0-9]+/)?|share/)(?:ruby|gems|rubygems-integration|rubygems)/",
    "var/lib/gems/",
    String.raw`usr/share/(?:php\d*|pear)/`,
    "usr/(?:lib(?:64)?|share)/(?:java|jvm|jvm-common|maven|maven-repo|javadoc)/",
    "usr/(?:lib(?:64)?|share)/dotnet/",
    "usr/share/(?:julia|doc)/",
  ].join("|")})`,
);

/** `usr/share/gitlab/` for `gitlab`, `usr/lib/libreoffice/` for `libreoffice-common`. */
function isOwnersFolder(path: string, owner: string): boolean {
  const folder = /^usr\/(?:lib(?:64)?(?:\/[a-z0-9_]+-linux-[a-z0-9]+)?|libexec|share)\/([^/]+)\/./.exec(path)?.[1];
  // All packages for Python share the interpreter's folder.
  if (folder === undefined || /^(?:python|pypy)\d[\d.]*$/.test(folder)) return false;
  return owner === folder || owner.startsWith(`${folder}-`) || folder.startsWith(`${owner}-`);
}

/**
 * True if a `package.json` is in a folder where package managers install packages, and not in a package's tests. Such
 * folders are directly below `node_modules`, also nested (`node_modules/a/node_modules/@b/c`), in pnpm's `.pnpm`, npm's
 * and Yarn's `.store`, and Bun's `.bun`.
 */
export function isPackagePlace(path: string): boolean {
  const [, ...folders] = `/${path}`.split("/node_modules/");
  return folders.length > 0 && folders.every((each) => PLACE.test(each.replace(/\/package\.json$/, "")));
}

const PLACE = /^(?:\.(?:pnpm|store|bun)\/[^/]+(?:\/package)?|(?:@[^/]+\/)?[^/@.][^/]*)$/;
