import type { Finding, FindingPackage } from "../domain/finding.ts";
import { seenCoverage } from "../domain/report/coverage-schema.ts";
import { seenFinding } from "../domain/report/finding-schema.ts";
import { artifact, installed, opinionSource, provenance } from "../domain/report/target-schema.ts";
import { SEVERITIES } from "../domain/severity.ts";
import type { BuildTrace, InstalledPackage, ScanResult } from "../domain/target.ts";
import { type Check, checkOf, count, keysOf, listOf, objectOf, oneOf, optionalIn, text, yes } from "../state/check.ts";

// The check of a scan's result that another job of the run has made. The report's schema says what most of it is. For
// what only the domain has, the types of TypeScript hold each list of keys to its type.

/** JSON has no undefined in lists. */
const textOrNone: Check = (value, at) => {
  if (value !== null) text(value, at);
};

const ecosystem = oneOf([
  "alpine",
  "cargo",
  "debian",
  "go",
  "hex",
  "julia",
  "maven",
  "npm",
  "nuget",
  "pub",
  "pypi",
  "rpm",
  "swift",
]);

const about = seenFinding.shape.package.unwrap();

const finding = objectOf<Finding>(
  {
    ...keysOf(seenFinding),
    package: objectOf<FindingPackage>({ ...keysOf(about), ecosystem }, [...optionalIn(about), "ecosystem"]),
    description: text,
    publishedAt: text,
    byName: yes,
    bySystem: yes,
    raisedFrom: oneOf(SEVERITIES),
  },
  [...optionalIn(seenFinding), "description", "publishedAt", "byName", "bySystem", "raisedFrom"],
);

const seenPackage = objectOf<InstalledPackage>(
  {
    ...keysOf(installed),
    ecosystem,
    listedIn: oneOf(["own-file", "program"]),
    diffId: text,
    id: text,
    relationship: text,
    dependsOn: listOf(text),
  },
  [...optionalIn(installed), "ecosystem", "listedIn", "diffId", "id", "relationship", "dependsOn"],
);

/** What was found in one content. */
export const isScanResult: Check = objectOf<ScanResult>(
  {
    artifact: checkOf(artifact),
    build: objectOf<BuildTrace>(
      { baseName: text, baseDigest: text, baseLayers: count, instructions: listOf(textOrNone) },
      ["baseName", "baseDigest", "baseLayers"],
    ),
    packages: listOf(seenPackage),
    layers: listOf(text),
    findings: listOf(finding),
    suppressed: count,
    coverage: checkOf(seenCoverage),
    advisoriesFor: listOf(text),
    blindTo: listOf(text),
    opinions: listOf(checkOf(opinionSource)),
    provenance: checkOf(provenance),
  },
  ["build", "coverage", "advisoriesFor", "blindTo", "opinions"],
);
