import { SYSTEM_PYTHON } from "../../../domain/coverage/silent-rules.ts";
import type { Owner } from "../../../domain/finding.ts";
import { placeOf, SYSTEM_TYPES } from "./findings.ts";
import type { Artifact } from "./schema.ts";

/** Folders into which only a distribution's packages write; what a build adds goes elsewhere, such as `usr/local`. */
const FOLDERS = new RegExp(
  `^(?:${SYSTEM_PYTHON}|usr/share/(?:nodejs|javascript|java|rubygems-integration|gems|perl5)/|usr/lib/ruby/vendor_ruby/)`,
);

/** How distributions name the package of a library: `python3-requests`, `node-semver`, `ruby-rack`. */
const PREFIXES = ["", "python3-", "python-", "py3-", "node-", "nodejs-", "ruby-", "rubygem-"];

const NAMES: Readonly<Record<string, string>> = { apk: "Alpine", deb: "Debian", rpm: "RPM" };

/** Whether an application's package lies where a distribution's packages put theirs. */
export function isInstalledBySystem(artifact: Artifact): boolean {
  return !SYSTEM_TYPES.has(artifact.type) && FOLDERS.test(placeOf(artifact).path ?? "");
}

/**
 * Finds the distribution's package that has brought an application's package. The report only has packages with a
 * finding, so that most owners are not in it.
 */
export function ownerFinder(artifacts: readonly Artifact[]): (artifact: Artifact) => Owner | undefined {
  const byName = new Map<string, Artifact>();
  for (const each of artifacts) if (SYSTEM_TYPES.has(each.type)) byName.set(each.name.toLowerCase(), each);
  return (artifact) => {
    if (!isInstalledBySystem(artifact)) return undefined;
    const name = artifact.name.toLowerCase().replace(/[_.]/g, "-");
    const found = PREFIXES.map((prefix) => byName.get(`${prefix}${name}`)).find((each) => each !== undefined);
    // The distribution's version begins with that of the library.
    if (found === undefined || !found.version.replace(/^\d+:/, "").startsWith(artifact.version)) return undefined;
    return { ecosystem: NAMES[found.type] ?? found.type, name: found.name, version: found.version };
  };
}
