import type { InstalledPackage, ScanResult } from "../target.ts";
import type { AttackSurface } from "./base-image.ts";

/** Whether the operating system's package manager maintains a package, or a language's. */
type Kind = "system" | "language";

interface SurfacePackage {
  readonly group: keyof AttackSurface;
  /** Its name in the comment. Absent: the package's name. */
  readonly name?: string;
  readonly match: RegExp;
  readonly kind: Kind;
}

/**
 * Package names. Sources: Debian and Ubuntu: packages.debian.org; Alpine and Wolfi: pkgs.alpinelinux.org; Fedora, RHEL
 * and Amazon: packages.fedoraproject.org; SUSE: software.opensuse.org. `gcc-12-base`, `libgcc-s1` and `cpp` are not
 * compilers.
 */
const KNOWN: readonly SurfacePackage[] = [
  {
    group: "shells",
    kind: "system",
    match: /^(?:bash|dash|zsh|ksh|mksh|ksh93|fish|tcsh|csh|posh|yash|oksh|loksh|ash)$/,
  },
  // For its `sh` and `ash`. Alpine and Wolfi link them in a separate package.
  { group: "shells", kind: "system", name: "busybox", match: /^busybox(?:-(?:static|binsh))?$/ },
  { group: "shells", kind: "system", name: "toybox", match: /^toybox$/ },
  { group: "shells", kind: "system", name: "powershell", match: /^powershell(?:-lts)?$/ },
  {
    group: "compilers",
    kind: "system",
    name: "gcc",
    match: /^gcc(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?$/,
  },
  {
    group: "compilers",
    kind: "system",
    name: "g++",
    match: /^(?:g\+\+(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?|gcc\d*-c\+\+)$/,
  },
  { group: "compilers", kind: "system", name: "clang", match: /^clang(?:-?\d+(?:\.\d+)*)?$/ },
  {
    group: "compilers",
    kind: "system",
    name: "go",
    match: /^(?:go(?:-?\d+(?:\.\d+)*)?|golang(?:-\d+\.\d+)?(?:-go|-bin)?)$/,
  },
  {
    group: "compilers",
    kind: "system",
    name: "rustc",
    match: /^(?:rustc(?:-\d+(?:\.\d+)*)?|rust(?:-?\d+(?:\.\d+)*)?)$/,
  },
  { group: "compilers", kind: "system", name: "tcc", match: /^tcc$/ },
  {
    group: "compilers",
    kind: "system",
    name: "javac",
    match: /^(?:openjdk-?\d+-jdk(?:-headless)?|java-[\w.]+-openjdk-devel)$/,
  },
  {
    group: "packageManagers",
    kind: "system",
    match: /^(?:apt|aptitude|dpkg|dnf|dnf5|microdnf|yum|rpm|zypper|pacman|opkg|tdnf)$/,
  },
  { group: "packageManagers", kind: "system", name: "apk", match: /^apk-tools$/ },
  {
    group: "packageManagers",
    kind: "system",
    name: "pip",
    match: /^(?:python3?(?:\.?\d)*-pip|py3-pip|py3\.\d+-pip)$/,
  },
  { group: "packageManagers", kind: "system", match: /^(?:npm|composer|cargo|yarn)$/ },
  { group: "packageManagers", kind: "system", name: "npm", match: /^nodejs-npm$/ },
  { group: "packageManagers", kind: "system", name: "gem", match: /^(?:rubygems|ruby-rubygems)$/ },
  { group: "packageManagers", kind: "language", match: /^(?:pip|npm|yarn|pnpm)$/ },
  { group: "packageManagers", kind: "language", name: "composer", match: /^composer\/composer$/ },
];

/** Package URL types of operating system packages (github.com/package-url/purl-spec). */
const SYSTEM = /^pkg:(?:deb|apk|rpm|alpm|opkg|qpkg)\//;

/**
 * What an attacker finds in an image, judged by its packages: shells, compilers, package managers. Programs without a
 * package (a busybox that was copied in) are not seen. So we return undefined for an image without system packages.
 */
export function attackSurface({ packages }: Pick<ScanResult, "packages">): AttackSurface | undefined {
  if (!packages.some((each) => kindOf(each) === "system")) return undefined;
  const found = { shells: new Set<string>(), compilers: new Set<string>(), packageManagers: new Set<string>() };
  for (const each of packages) {
    const known = KNOWN.find(({ kind, match }) => kind === kindOf(each) && match.test(each.name));
    if (known !== undefined) found[known.group].add(known.name ?? each.name);
  }
  return {
    shells: [...found.shells].sort(),
    compilers: [...found.compilers].sort(),
    packageManagers: [...found.packageManagers].sort(),
  };
}

function kindOf({ purl = "" }: InstalledPackage): Kind {
  return SYSTEM.test(purl) ? "system" : "language";
}
