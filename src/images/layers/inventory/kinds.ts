import type { InventoryKind, InventoryPackage } from "../../../domain/coverage/inventory.ts";
import { baseOf } from "../../file/names.ts";

/** Lists of a system's packages, by their paths. Scanners look for them only there. */
const SYSTEM_LISTS: ReadonlyMap<string, InventoryKind> = new Map([
  ["var/lib/dpkg/status", "dpkg"],
  ["lib/apk/db/installed", "apk"],
  ["usr/lib/apk/db/installed", "apk"],
  ["var/lib/rpmmanifest/container-manifest-2", "rpm"],
  ["aarch64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json", "rpm"],
  ["x86_64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json", "rpm"],
  ...["usr/lib/sysimage/rpm", "var/lib/rpm"].flatMap((folder) =>
    ["Packages", "Packages.db", "rpmdb.sqlite", "rpmdb.sqlite-wal"].map(
      (name) => [`${folder}/${name}`, "rpm"] as const,
    ),
  ),
  ["usr/share/rpm/rpmdb.sqlite", "rpm"],
  ["usr/share/rpm/rpmdb.sqlite-wal", "rpm"],
]);

/** Files that change the advisories that a scanner uses, each with the vendor. */
const MARKS: ReadonlyMap<string, string> = new Map([
  ["usr/share/rapidfort/curated.json", "rapidfort"],
  ["var/lib/ubuntu-advantage/status.json", "ubuntu-pro"],
]);

/** Lock files and manifests of packages that need not be installed, by their names. */
const LOCK_FILES: ReadonlySet<string> = new Set([
  "Cargo.lock",
  "Gemfile.lock",
  "Package.resolved",
  "Pipfile.lock",
  "Podfile.lock",
  "build.sbt.lock",
  "bun.lock",
  "composer.lock",
  "conan.lock",
  "environment.yaml",
  "environment.yml",
  "go.mod",
  "mix.lock",
  "package-lock.json",
  "packages.config",
  "packages.lock.json",
  "pnpm-lock.yaml",
  "poetry.lock",
  "pom.xml",
  "pubspec.lock",
  "pylock.toml",
  "requirements.txt",
  "uv.lock",
  "yarn.lock",
]);

/** Scanners do not read lock files within these folders: they belong to an installed package. */
const WITHIN_PACKAGES: ReadonlyMap<string, RegExp> = new Map([
  ["package-lock.json", /(?:^|\/)node_modules\//],
  ["pnpm-lock.yaml", /(?:^|\/)node_modules\//],
  ["yarn.lock", /(?:^|\/)(?:node_modules|\.yarn)\//],
  ["composer.lock", /(?:^|\/)vendor\//],
]);

const JARS: ReadonlySet<string> = new Set([".jar", ".war", ".ear", ".par"]);
/** Package managers that scanners do not know, by their lists or a file that each package has. */
const OTHER_MANAGERS: ReadonlyMap<string, readonly [where: RegExp, manager: string]> = new Map([
  [".pnp.cjs", [/(?:^|\/)\.pnp\.cjs$/, "Yarn Plug'n'Play"]],
  [".pnp.js", [/(?:^|\/)\.pnp\.js$/, "Yarn Plug'n'Play"]],
  ["desc", [/^var\/lib\/pacman\/local\/[^/]+\/desc$/, "pacman"]],
  ["status", [/^(?:usr|var)\/lib\/opkg\/status$/, "opkg"]],
  ["PF", [/^var\/db\/pkg\/[^/]+\/[^/]+\/PF$/, "Portage"]],
  ["INSTALL_RECEIPT.json", [/(?:^|\/)Cellar\/[^/]+\/[^/]+\/INSTALL_RECEIPT\.json$/, "Homebrew"]],
]);
/** The same, if a folder's name is needed. */
const OTHER_FOLDERS: readonly (readonly [where: RegExp, manager: string])[] = [
  [/^var\/db\/xbps\/pkgdb-[^/]*\.plist$/, "XBPS"],
  [/^var\/(?:log\/packages|lib\/pkgtools\/packages)\/[^/]+$/, "pkgtools"],
  [/^usr\/share\/clear\/bundles\/[^/]+$/, "swupd"],
];

const STATUS_FOLDER = "var/lib/dpkg/status.d/";
/** dpkg's own journal: what it has done since it last wrote its list (dpkg's lib/dpkg/dbmodify.c). */
const UPDATES_FOLDER = "var/lib/dpkg/updates/";
const INFO_FOLDER = "var/lib/dpkg/info/";

/** The kinds of lists or packages that a scanner sees in a file of this path. A path alone does not show a program. */
export function kindsOf(path: string): readonly InventoryKind[] {
  const list = systemListAt(path);
  if (list !== undefined) return [list];
  const base = baseOf(path);
  const kind =
    byBase(path, base) ?? byEnding(path, base) ?? (otherManagerOf(path) === undefined ? undefined : "other-manager");
  return kind === undefined ? NONE : [kind];
}

/** The name of the package manager whose list or package a file of this path is. */
export function otherManagerOf(path: string): string | undefined {
  const named = OTHER_MANAGERS.get(baseOf(path));
  if (named?.[0].test(path)) return named[1];
  if (!path.startsWith("var/") && !path.startsWith("usr/share/clear/")) return undefined;
  return OTHER_FOLDERS.find(([where]) => where.test(path))?.[1];
}

/** Stores in which each package has its own folder, with the manager's name. */
export const PACKAGE_STORES: ReadonlyMap<string, string> = new Map([
  ["nix/store/", "Nix"],
  ["gnu/store/", "Guix"],
]);

/** The folder of a package in a store: a hash, and a name with a version. */
export function storePackageOf(path: string): { readonly folder: string; readonly name: string } | undefined {
  const [folder, name = ""] = /^(?:nix|gnu)\/store\/[0-9a-z]{32}-([^/]+)/.exec(path) ?? [];
  // A derivation (`.drv`) is the recipe of a package, not the package.
  return folder === undefined || name.endsWith(".drv") ? undefined : { folder, name };
}

const NONE: readonly InventoryKind[] = [];

function systemListAt(path: string): InventoryKind | undefined {
  const list = SYSTEM_LISTS.get(path);
  if (list !== undefined) return list;
  if (path.startsWith(UPDATES_FOLDER)) return /^\d+$/.test(path.slice(UPDATES_FOLDER.length)) ? "dpkg" : undefined;
  return path.startsWith(STATUS_FOLDER) && !path.includes("/", STATUS_FOLDER.length) && !path.endsWith(".md5sums")
    ? "dpkg"
    : undefined;
}

/** The vendor whose advisories a scanner uses because of a file at this path. */
export function vendorOf(path: string): string | undefined {
  const vendor = MARKS.get(path);
  if (vendor !== undefined) return vendor;
  if (/^root\/buildinfo\/(?:content_manifests\/[^/]+\.json|Dockerfile[^/]*)$/.test(path)) return "redhat-content-sets";
  return /^usr\/share\/buildinfo\/[^/]+\.json$/.test(path) ? "redhat-content-sets" : undefined;
}

/**
 * The vendor whose advisories a scanner takes because of a system's package: Root.io's for all packages, Seal's for its
 * own.
 */
export function vendorOfPackage(
  kind: InventoryKind,
  { name, version, source = "" }: InventoryPackage,
): string | undefined {
  if (kind !== "dpkg" && kind !== "apk" && kind !== "rpm") return undefined;
  if (kind === "dpkg" && version.includes(".root.io")) return "root.io";
  if (kind === "apk" && /-r\d007\d/.test(version)) return "root.io";
  return [name, source].some((each) => each.toLowerCase().startsWith("seal-")) ? "seal" : undefined;
}

/** The package whose files dpkg lists in a file of this path. */
export function dpkgOwnerOf(path: string): string | undefined {
  const base = baseOf(path);
  if (!/\.(?:list|md5sums)$/.test(base)) return undefined;
  if (path !== INFO_FOLDER + base && path !== STATUS_FOLDER + base) return undefined;
  return base.replace(/\.(?:list|md5sums)$/, "").replace(/:.*$/s, "");
}

/** The file in which Maven's archiver describes an archive's content. */
const UNPACKED = /(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;

function byBase(path: string, base: string): InventoryKind | undefined {
  if (base === "package.json") return "node";
  if (base === "METADATA") return /\.dist-info|\.egg-info\/METADATA$/.test(path) ? "python" : undefined;
  if (base === "PKG-INFO") return /(?:\.egg-info|(?:^|\/)EGG-INFO)\/PKG-INFO$/.test(path) ? "python" : undefined;
  if (base === "installed.json") return "php";
  if (base === "pom.properties") return UNPACKED.test(path) ? "maven" : undefined;
  if (base === "Manifest.toml") return "julia";
  if (base.startsWith("pylock.") && base.endsWith(".toml")) return "lock-file";
  if (!LOCK_FILES.has(base)) return undefined;
  return WITHIN_PACKAGES.get(base)?.test(path) ? undefined : "lock-file";
}

function byEnding(path: string, base: string): InventoryKind | undefined {
  const at = base.lastIndexOf(".");
  if (at === -1) return undefined;
  const ending = base.slice(at);
  if (JARS.has(ending.toLowerCase())) return "jar";
  if (base.toLowerCase().endsWith("packages.props")) return "lock-file";
  switch (ending) {
    case ".json":
      return jsonKind(path, base);
    case ".gemspec":
      return /(?:^|\/)specifications\//.test(path) ? "ruby" : undefined;
    case ".egg-info":
    case ".egg":
      return "python";
    case ".spdx":
    case ".cdx":
      return sbomAt(path);
    case ".lockfile":
      return base.endsWith("gradle.lockfile") ? "lock-file" : undefined;
    default:
      return undefined;
  }
}

function jsonKind(path: string, base: string): InventoryKind | undefined {
  if (base.endsWith(".deps.json")) return "dotnet";
  if (base.endsWith(".spdx.json") || base.endsWith(".cdx.json")) return sbomAt(path);
  return /(?:^|\/)conda-meta\//.test(path) && /^[^-]+.*-.+-.+\.json$/.test(base) ? "conda" : undefined;
}

/** SBOMs within a Python package belong to it (PEP 770). */
function sbomAt(path: string): InventoryKind | undefined {
  return path.includes(".dist-info/sboms/") ? undefined : "sbom";
}

/**
 * Folders whose names tell a scanner what a file in them is, and folders with a system's lists. If one is a link, files
 * have such paths only through it.
 */
export function isTellingFolder(path: string): boolean {
  return (
    /(?:\.dist-info|\.egg-info|(?:^|\/)(?:EGG-INFO|specifications|conda-meta))$/.test(path) || LIST_FOLDERS.has(path)
  );
}

/** True if a file of this last name counts as this kind in some folder. There are no advisories for conda. */
export function couldTell(base: string, kind: InventoryKind): boolean {
  const folders = ["x.dist-info", "EGG-INFO", "specifications", "META-INF/maven/x/x", ...LIST_FOLDERS];
  return folders.some((folder) => kindsOf(`${folder}/${base}`).includes(kind));
}

const LIST_FOLDERS: ReadonlySet<string> = new Set(
  [...SYSTEM_LISTS.keys(), ...MARKS.keys(), `${STATUS_FOLDER}x`, `${INFO_FOLDER}x`].flatMap((path) => {
    const parts = path.split("/");
    return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
  }),
);
