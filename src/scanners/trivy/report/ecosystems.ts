import type { Ecosystem } from "../../../domain/finding.ts";
import { DISTRIBUTIONS } from "../../../domain/image/distributions.ts";
import type { InstalledPackage } from "../../../domain/target.ts";

/** Trivy's package types for each ecosystem with another name (`pkg/fanal/types/const.go`), besides distributions. */
const TYPES: Readonly<Partial<Record<Ecosystem, readonly string[]>>> = {
  rpm: ["centos-stream", "coreos", "suse"],
  cargo: ["rustbinary"],
  go: ["gobinary", "gomod"],
  npm: ["bun", "javascript", "node-pkg", "pnpm", "yarn"],
  nuget: ["dotnet-core", "packages-props"],
  pypi: ["pip", "pipenv", "poetry", "pylock", "python-pkg", "uv"],
  maven: ["gradle", "jar", "pom", "sbt"],
};

const BY_TYPE: ReadonlyMap<string, Ecosystem> = new Map([
  ...Object.entries(TYPES).flatMap(([ecosystem, types]) =>
    types.map((type) => [type, ecosystem as Ecosystem] as const),
  ),
  ...DISTRIBUTIONS.flatMap(({ name, ecosystem }) => (name === ecosystem ? [] : [[name, ecosystem] as const])),
]);

/** Types whose packages each have their own file. Trivy lists them only under the type (its `langpkg` aggregation). */
const OWN_FILE: ReadonlySet<string> = new Set(["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"]);
const PROGRAMS: ReadonlySet<string> = new Set(["gobinary", "rustbinary"]);

/** The ecosystem of one of Trivy's types. Undefined: it has the type's name, or no rule knows it. */
export function ecosystemOfType(type: string): Ecosystem | undefined {
  return BY_TYPE.get(type);
}

/** The kind of file that contains packages of this type. */
export function listedIn(type: string): InstalledPackage["listedIn"] {
  if (OWN_FILE.has(type)) return "own-file";
  return PROGRAMS.has(type) ? "program" : undefined;
}
