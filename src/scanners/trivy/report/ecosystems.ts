import type { Ecosystem } from "../../../domain/finding.ts";
import type { InstalledPackage } from "../../../domain/target.ts";

/** Trivy's types of packages by their ecosystem, where that has another name (`pkg/fanal/types/const.go`). */
const TYPES: Readonly<Partial<Record<Ecosystem, readonly string[]>>> = {
  debian: ["ubuntu", "echo"],
  rpm: [
    "alma",
    "amazon",
    "azurelinux",
    "bottlerocket",
    "cbl-mariner",
    "centos",
    "centos-stream",
    "coreos",
    "fedora",
    "opensuse",
    "opensuse-leap",
    "opensuse-tumbleweed",
    "oracle",
    "photon",
    "redhat",
    "rocky",
    "slem",
    "sles",
    "suse",
  ],
  alpine: ["chainguard", "minimos", "wolfi"],
  cargo: ["rustbinary"],
  go: ["gobinary", "gomod"],
  npm: ["bun", "javascript", "node-pkg", "pnpm", "yarn"],
  nuget: ["dotnet-core", "packages-props"],
  pypi: ["pip", "pipenv", "poetry", "pylock", "python-pkg", "uv"],
  maven: ["gradle", "jar", "pom", "sbt"],
};

const BY_TYPE: ReadonlyMap<string, Ecosystem> = new Map(
  Object.entries(TYPES).flatMap(([ecosystem, types]) => types.map((type) => [type, ecosystem as Ecosystem] as const)),
);

/** Types whose packages lie each in a file of its own; Trivy lists them under the type alone (its `langpkg` aggregation). */
const OWN_FILE: ReadonlySet<string> = new Set(["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"]);
const PROGRAMS: ReadonlySet<string> = new Set(["gobinary", "rustbinary"]);

/** The ecosystem of one of Trivy's types. Undefined: it is called as the type, or it is none that rules know. */
export function ecosystemOfType(type: string): Ecosystem | undefined {
  return BY_TYPE.get(type);
}

/** What the file is in which packages of the type are found. */
export function listedIn(type: string): InstalledPackage["listedIn"] {
  if (OWN_FILE.has(type)) return "own-file";
  return PROGRAMS.has(type) ? "program" : undefined;
}
