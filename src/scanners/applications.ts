import type { ScanEvidence } from "../domain/coverage/gaps.ts";
import type { SystemPackage } from "../domain/coverage/system-evidence.ts";
import { ECOSYSTEMS, type Ecosystem, UNSPECIFIED_TYPE } from "../domain/finding.ts";
import { PURL_ECOSYSTEMS } from "../domain/purl.ts";
import type { InstalledPackage } from "../domain/target.ts";

/** Kinds of packages that a distribution's package manager installs. */
export const SYSTEM_TYPES: ReadonlySet<string> = new Set(["apk", "deb", "rpm", "alpm"]);

/** A distribution's package with its package manager. */
export function withManager({ name, version, type }: InstalledPackage): SystemPackage {
  return { name, version, manager: type === "deb" ? "dpkg" : type };
}

/** Scanners' words for kinds of packages, in lower case, alongside the types of package URLs. */
const WORDS: Readonly<Record<string, string>> = {
  cargo: "rust rust-crate",
  gem: "ruby",
  go: "go go_stdlib go-module gobinary gomod",
  maven: "jar java-archive jenkins-plugin pom",
  npm: "nodejs nodepkg pnpm yarn",
  nuget: "dotnet dotnet_deps",
  pub: "dart-pub",
  pypi: "pip pipenv poetry python pythonpkg",
};
const KINDS: ReadonlyMap<string, string> = new Map([
  ...PURL_ECOSYSTEMS,
  ...Object.entries(WORDS).flatMap(([kind, words]) => words.split(" ").map((word) => [word, kind] as const)),
]);

/** The kind of a package by a scanner's word: its ecosystem if that is known here, otherwise the word itself. */
export function kindNamed(word: string | null | undefined): string {
  const lower = word?.toLowerCase() ?? "";
  return KINDS.get(lower) ?? (lower || UNSPECIFIED_TYPE);
}

/** The ecosystem by a scanner's word. Undefined: no rule knows it. */
export function ecosystemNamed(word: string): Ecosystem | undefined {
  const kind = kindNamed(word);
  return ECOSYSTEMS.find((each) => each === kind);
}

/** The packages of applications by their kind, and the number of files that they are in. */
export function applicationsIn(
  packages: readonly Pick<InstalledPackage, "type" | "system" | "path">[],
): ScanEvidence["applications"] {
  const own = packages.filter(({ system }) => system !== true);
  const counted = [...Map.groupBy(own, ({ type }) => type)].map(([type, all]) => {
    const files = new Set(all.flatMap(({ path }) => path ?? []));
    return [type, { packages: all.length, files: files.size }] as const;
  });
  return new Map(counted);
}
