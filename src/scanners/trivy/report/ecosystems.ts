import type { Ecosystem } from "../../../domain/finding.ts";
import { DISTRIBUTIONS } from "../../../domain/image/distributions.ts";
import type { InstalledPackage } from "../../../domain/target.ts";
import { libraryOf } from "../database/libraries.ts";

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
