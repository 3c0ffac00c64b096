import { GAP_CODES } from "../domain/coverage/gap-codes.ts";
import type { Coverage, CoverageRow, Gap } from "../domain/coverage.ts";
import type { Finding, FindingPackage, Layer, Opinion, Owner } from "../domain/finding.ts";
import { SEVERITIES } from "../domain/severity.ts";
import type {
  Artifact,
  BuildTrace,
  ImageIndex,
  InstalledPackage,
  OpinionSource,
  Provenance,
  ScanResult,
} from "../domain/target.ts";
import { type Check, count, listOf, Malformed, objectOf, oneOf, text } from "../state/check.ts";

// The check of a scan's result that another job of the run has made. The kinds of TypeScript hold each list of keys to
// its type.

const yes: Check = (value, at) => {
  if (typeof value !== "boolean") throw new Malformed(`${at} is not true or false`);
};

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

const findingPackage = objectOf<FindingPackage>({ name: text, version: text, purl: text, type: text, ecosystem }, [
  "purl",
  "ecosystem",
]);

const layer = objectOf<Layer>(
  {
    diffId: text,
    number: count,
    instruction: text,
    source: objectOf<NonNullable<Layer["source"]>>({ file: text, line: count }),
  },
  ["number", "instruction", "source"],
);

const owner = objectOf<Owner>({ ecosystem: text, name: text, version: text }, ["version"]);

const opinion = objectOf<Opinion>(
  { scanner: text, id: text, severity: oneOf(SEVERITIES), fixedVersions: listOf(text), byName: yes, bySystem: yes },
  ["byName", "bySystem"],
);

const finding = objectOf<Finding>(
  {
    kind: oneOf(["vulnerability", "misconfiguration", "secret", "license"]),
    id: text,
    aliases: listOf(text),
    severity: oneOf(SEVERITIES),
    title: text,
    description: text,
    url: text,
    package: findingPackage,
    fixedVersions: listOf(text),
    status: text,
    publishedAt: text,
    path: text,
    line: count,
    layer,
    owner,
    byName: yes,
    bySystem: yes,
    opinions: listOf(opinion),
    raisedFrom: oneOf(SEVERITIES),
    missedBy: listOf(text),
  },
  [
    "aliases",
    "description",
    "url",
    "package",
    "publishedAt",
    "path",
    "line",
    "layer",
    "owner",
    "byName",
    "bySystem",
    "opinions",
    "raisedFrom",
    "missedBy",
  ],
);

const index = objectOf<ImageIndex>(
  {
    digest: text,
    images: listOf(objectOf<ImageIndex["images"][number]>({ digest: text, platform: text }, ["platform"])),
  },
  ["digest"],
);

const artifact = objectOf<Artifact>(
  {
    names: listOf(text),
    claims: listOf(text),
    digest: text,
    index,
    referenceDigest: text,
    reportedDigests: listOf(text),
    imageId: text,
    os: objectOf<NonNullable<Artifact["os"]>>({ family: text, name: text, endOfLife: yes }),
    platform: text,
    layers: count,
    size: count,
    createdAt: text,
    packages: count,
  },
  [
    "claims",
    "digest",
    "index",
    "referenceDigest",
    "reportedDigests",
    "imageId",
    "os",
    "platform",
    "layers",
    "size",
    "createdAt",
    "packages",
  ],
);

const installed = objectOf<InstalledPackage>(
  {
    name: text,
    version: text,
    type: text,
    ecosystem,
    listedIn: oneOf(["own-file", "program"]),
    purl: text,
    path: text,
    system: yes,
    source: objectOf<NonNullable<InstalledPackage["source"]>>({ name: text, version: text }),
    modularity: text,
    thirdParty: yes,
    diffId: text,
    id: text,
    relationship: text,
    dependsOn: listOf(text),
  },
  [
    "ecosystem",
    "listedIn",
    "purl",
    "path",
    "system",
    "source",
    "modularity",
    "thirdParty",
    "diffId",
    "id",
    "relationship",
    "dependsOn",
  ],
);

const coverage = objectOf<Coverage>({
  rows: listOf(
    objectOf<CoverageRow>({
      subject: text,
      status: oneOf(["looked", "gap", "nothing-there", "not-asked", "not-known"]),
      detail: text,
    }),
  ),
  gaps: listOf(objectOf<Gap>({ code: oneOf(GAP_CODES), what: text, remedy: text, path: text }, ["path"])),
});

const provenance = objectOf<Provenance>(
  {
    scanner: text,
    scannerVersion: text,
    scannerSha256: text,
    databaseUpdatedAt: text,
    databaseSha256: text,
    scannedAt: text,
    source: text,
    readAs: oneOf(["reference", "archive", "layout", "folder", "repository", "sbom"]),
    digestUnknown: text,
    scanners: listOf(text),
    skipped: listOf(text),
    notes: listOf(text),
  },
  [
    "scannerVersion",
    "scannerSha256",
    "databaseUpdatedAt",
    "databaseSha256",
    "scannedAt",
    "source",
    "readAs",
    "digestUnknown",
    "scanners",
    "skipped",
    "notes",
  ],
);

const source = objectOf<OpinionSource>(
  {
    scanner: text,
    version: text,
    scannerSha256: text,
    databaseUpdatedAt: text,
    databaseSha256: text,
    findings: count,
    sees: listOf(text),
    listsPackages: yes,
    given: yes,
    addsOnly: oneOf(["beside-scan", "unbound", "undated"]),
    failed: objectOf<NonNullable<OpinionSource["failed"]>>({ code: text, what: text }),
  },
  ["version", "scannerSha256", "databaseUpdatedAt", "databaseSha256", "listsPackages", "given", "addsOnly", "failed"],
);

/** What was found in one content. */
export const isScanResult: Check = objectOf<ScanResult>(
  {
    artifact,
    build: objectOf<BuildTrace>(
      { baseName: text, baseDigest: text, baseLayers: count, instructions: listOf(textOrNone) },
      ["baseName", "baseDigest", "baseLayers"],
    ),
    packages: listOf(installed),
    layers: listOf(text),
    findings: listOf(finding),
    suppressed: count,
    coverage,
    advisoriesFor: listOf(text),
    blindTo: listOf(text),
    opinions: listOf(source),
    provenance,
  },
  ["build", "coverage", "advisoriesFor", "blindTo", "opinions"],
);
