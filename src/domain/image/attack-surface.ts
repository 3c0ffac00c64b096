import { unique } from "../collections.ts";
import type { InstalledPackage, ScanResult } from "../target.ts";
import type { AttackSurface } from "./base-image.ts";

/** A pattern for package names, and the name to show. Absent: the package's own name. */
type Known = readonly [match: RegExp, name?: string];

/**
 * Packages of operating systems. Sources: Debian and Ubuntu: packages.debian.org; Alpine and Wolfi:
 * pkgs.alpinelinux.org; Fedora, RHEL and Amazon: packages.fedoraproject.org; SUSE: software.opensuse.org.
 * `gcc-12-base`, `libgcc-s1` and `cpp` are not compilers.
 */
const SYSTEM: Readonly<Record<keyof AttackSurface, readonly Known[]>> = {
  shells: [
    [/^(?:bash|dash|zsh|ksh|mksh|ksh93|fish|tcsh|csh|posh|yash|oksh|loksh|ash)$/],
    // Included for its `sh` and `ash`. Alpine and Wolfi link these in a separate package.
    [/^busybox(?:-(?:static|binsh))?$/, "busybox"],
    [/^toybox$/],
    [/^powershell(?:-lts)?$/, "powershell"],
  ],
  compilers: [
    [/^gcc(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?$/, "gcc"],
    [/^(?:g\+\+(?:-?\d+(?:\.\d+)*)?(?:-[a-z0-9-]+-linux-(?:gnu\w*|musl))?|gcc\d*-c\+\+)$/, "g++"],
    [/^clang(?:-?\d+(?:\.\d+)*)?$/, "clang"],
    [/^(?:go(?:-?\d+(?:\.\d+)*)?|golang(?:-\d+\.\d+)?(?:-go|-bin)?)$/, "go"],
    [/^(?:rustc(?:-\d+(?:\.\d+)*)?|rust(?:-?\d+(?:\.\d+)*)?)$/, "rustc"],
    [/^tcc$/],
    [/^(?:openjdk-?\d+-jdk(?:-headless)?|java-[\w.]+-openjdk-devel)$/, "javac"],
  ],
  packageManagers: [
    [/^(?:apt|aptitude|dpkg|dnf|dnf5|microdnf|yum|rpm|zypper|pacman|opkg|tdnf|npm|composer|cargo|yarn)$/],
    [/^apk-tools$/, "apk"],
    [/^(?:python3?(?:\.?\d)*-pip|py3-pip|py3\.\d+-pip)$/, "pip"],
    [/^nodejs-npm$/, "npm"],
    [/^(?:rubygems|ruby-rubygems)$/, "gem"],
  ],
};

/** Packages of languages: package managers only. */
const LANGUAGES: readonly Known[] = [[/^(?:pip|npm|yarn|pnpm)$/], [/^composer\/composer$/, "composer"]];

/** Package URL types of operating system packages (github.com/package-url/purl-spec). */
const SYSTEM_PURL = /^pkg:(?:deb|apk|rpm|alpm|opkg|qpkg)\//;

/**
 * The shells, compilers and package managers in an image, which help an attacker, according to its packages. Programs
 * without a package (such as a copied busybox) are not seen. An image without system packages therefore returns
 * undefined.
 */
export function attackSurface({ packages }: Pick<ScanResult, "packages">): AttackSurface | undefined {
  const system = packages.filter(({ purl = "" }) => SYSTEM_PURL.test(purl));
  if (system.length === 0) return undefined;
  return {
    shells: namesIn(system, SYSTEM.shells),
    compilers: namesIn(system, SYSTEM.compilers),
    packageManagers: unique([...namesIn(system, SYSTEM.packageManagers), ...namesIn(packages, LANGUAGES)]).sort(),
  };
}

function namesIn(packages: readonly InstalledPackage[], known: readonly Known[]): string[] {
  const found = packages.flatMap(({ name }) => {
    const [match, shown = name] = known.find(([pattern]) => pattern.test(name)) ?? [];
    return match === undefined ? [] : [shown];
  });
  return unique(found).sort();
}
