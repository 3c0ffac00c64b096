import type { Ecosystem } from "../../../domain/finding.ts";
import { DISTRIBUTIONS } from "../../../domain/image/distributions.ts";
import type { InstalledPackage } from "../../../domain/target.ts";

/**
 * Trivy's types of libraries (`pkg/fanal/types/const.go`) by the type of their package URLs, and what the names of
 * their buckets of advisories start with (`pkg/detector/library/driver.go`). Absent: it has no advisories for them.
 */
const LIBRARIES: readonly (readonly [purl: string, types: string, bucket?: string, ecosystem?: Ecosystem])[] = [
  ["cargo", "cargo rustbinary", "cargo", "cargo"],
  ["composer", "composer composer-vendor", "composer"],
  ["conda", "conda-environment conda-pkg"],
  ["gem", "bundler gemspec", "rubygems"],
  ["golang", "gobinary gomod", "go", "go"],
  ["hex", "hex", "erlang"],
  ["k8s", "aks eks gke kubernetes ocp rke"],
  ["maven", "gradle jar pom sbt", "maven", "maven"],
  ["npm", "bun javascript node-pkg npm pnpm yarn", "npm", "npm"],
  ["nuget", "dotnet-core nuget packages-props", "nuget", "nuget"],
  ["pub", "pub", "pub"],
  ["pypi", "pip pipenv poetry pylock python-pkg uv", "pip", "pypi"],
  ["swift", "swift", "swift"],
];

const BY_TYPE = new Map(
  LIBRARIES.flatMap(([purl, types, bucket, ecosystem]) =>
    types.split(" ").map((type) => [type, { purl, bucket: bucket && `${bucket}::`, ecosystem }] as const),
  ),
);

/** Facts about one of Trivy's types of libraries. */
export function libraryOf(type: string) {
  return BY_TYPE.get(type);
}

const SYSTEMS: ReadonlyMap<string, Ecosystem> = new Map([
  ...["centos-stream", "coreos", "suse"].map((type) => [type, "rpm"] as const),
  ...DISTRIBUTIONS.map(({ name, ecosystem }) => [name, ecosystem] as const),
]);

/** Types whose packages each have their own file. Trivy lists them only under the type (its `langpkg` aggregation). */
const OWN_FILE: ReadonlySet<string> = new Set(["python-pkg", "conda-pkg", "gemspec", "node-pkg", "jar"]);
const PROGRAMS: ReadonlySet<string> = new Set(["gobinary", "rustbinary"]);

/** The ecosystem of one of Trivy's types. Undefined: it has the type's name, or no rule knows it. */
export function ecosystemOfType(type: string): Ecosystem | undefined {
  const ecosystem = libraryOf(type)?.ecosystem ?? SYSTEMS.get(type);
  return ecosystem === type ? undefined : ecosystem;
}

/** The kind of file that contains packages of this type. */
export function listedIn(type: string): InstalledPackage["listedIn"] {
  if (OWN_FILE.has(type)) return "own-file";
  return PROGRAMS.has(type) ? "program" : undefined;
}
