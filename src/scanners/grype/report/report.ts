import type { Gap } from "../../../domain/coverage.ts";
import type { Layer } from "../../../domain/finding.ts";
import { reportedCoverage } from "../../../domain/foreign/reported-coverage.ts";
import { shownSystem, systemNamed } from "../../../domain/foreign/systems.ts";
import { isDigest, referenceParts } from "../../../domain/image/reference.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import { withoutLogin } from "../../../domain/secrets/logins.ts";
import type { Artifact, Provenance, Target } from "../../../domain/target.ts";
import { SYSTEM_TYPES } from "../../applications.ts";
import { dateIn, namesOf, requireFewer, undatedNotes } from "../../given-report.ts";
import type { ReportReader } from "../../scanner.ts";
import { ageOf, databaseOf, type GrypeDatabase, sourcesFor } from "./database.ts";
import {
  findingsOf,
  isByName,
  isInstalledBySystem,
  type MatchContext,
  type PackageRow,
  withoutRepeats,
} from "./findings.ts";
import { requireBuiltInRules } from "./ignored.ts";
import {
  documentSchema,
  GRYPE,
  type GrypeDocument,
  type ImageSource,
  imageSchema,
  type Match,
  matchSchema,
  settingsSchema,
} from "./schema.ts";

/** Reads reports that Grype wrote elsewhere (`grype -o json`). */
export const grypeReports: ReportReader = {
  name: GRYPE.name,
  madeBy: "Grype's JSON (`grype -o json`)",
  owns: (document) => isObject(document) && isObject(document.descriptor) && document.descriptor.name === "grype",
  digests: (document) => (isObject(document) && isObject(document.source) ? digestsIn(document.source.target) : []),
  given({ value }, target, { descriptions = false }) {
    const read = readDocument(value, target, descriptions);
    return {
      ...read.result,
      advisoriesFor: advisoriesIn(read.database, read.system),
      coverage: coverageOf(read),
      provenance: provenanceOf(read),
    };
  },
};

/** Ecosystems of grype-db's provider `github`. */
const OF_GITHUB: readonly string[] = "cargo composer gem go hex maven npm nuget pub pypi swift".split(" ");

/** The ecosystems with a source among the database's, with the day on which it was read. */
function advisoriesIn(database: GrypeDatabase, system: System): string[] | undefined {
  const known = hasAdvisories(system, database) === "yes" ? systemNamed(system?.name ?? "") : undefined;
  const found = [...(database.providers.has("github") ? OF_GITHUB : []), ...(known ? [known.ecosystem] : [])];
  return found.length === 0 ? undefined : found;
}

/** For a tar or a local image, Grype invents the manifest's digest, which then equals no other image's. */
function digestsIn(target: unknown): string[] {
  const { repoDigests, manifestDigest } = imageSchema.safeParse(target).data ?? {};
  const named = (repoDigests ?? []).map((each) => referenceParts(each).digest ?? "");
  return [...new Set([...named, manifestDigest ?? ""])].filter(isDigest);
}

/** The versions that write this format: 0.x, and a build from source, which does not know its version. */
const VERSIONS = /^v?0\.\d+\.\d+(?:[-+].*)?$|^\[not provided\]$/;

/** The parsed report. Without `image`: it is not about one. */
export type ReadDocument = ReturnType<typeof readDocument>;

/**
 * Reads a report.
 * @throws GateError `report-invalid`, `report-schema-unknown`, `report-filtered`
 */
export function readDocument(value: unknown, target: Target, descriptions: boolean) {
  const document = GRYPE.checked(documentSchema, value);
  const { descriptor, distro, ignoredMatches } = document;
  if (!VERSIONS.test(descriptor.version))
    throw GRYPE.unknownVersion("has an unknown version", "the versions 0.x of Grype");
  const matches = document.matches.map((row, index) => GRYPE.checked(matchSchema, row, ["matches", index]));
  const suppressed = requireBuiltInRules(ignoredMatches ?? [], settingsIn(document).ignore ?? []);
  const image = imageOf(document);
  const layers = (image?.layers ?? []).map(({ digest }) => digest);
  const context = {
    layers: new Map(layers.map((diffId, index): [string, Layer] => [diffId, { diffId, number: index + 1 }])),
    isBySystem: isInstalledBySystem,
    descriptions,
  };
  const system = distro?.name ? { name: distro.name, version: distro.version ?? "" } : undefined;
  const result = {
    artifact: artifactOf(image, system, target, layers.length),
    packages: [],
    layers,
    findings: withoutRepeats(rowsOf(matches, context)),
    suppressed,
  };
  return { result, document, matches, image, system, database: databaseOf(descriptor.db) };
}

/** @throws GateError `report-invalid` */
function rowsOf(matches: readonly Match[], context: MatchContext): PackageRow[] {
  const rows: PackageRow[] = [];
  for (const [index, match] of matches.entries()) {
    for (const finding of findingsOf(match, index, context)) rows.push({ artifact: match.artifact, finding });
    requireFewer(rows.length, GRYPE);
  }
  return rows;
}

/** @throws GateError `report-invalid` */
function imageOf({ source }: GrypeDocument): ImageSource | undefined {
  return source.type === "image" ? GRYPE.checked(imageSchema, source.target, ["source", "target"]) : undefined;
}

/** The distribution that a report names. */
export type System = { readonly name: string; readonly version: string } | undefined;

function artifactOf(image: ImageSource | undefined, system: System, target: Target, layers: number): Artifact {
  const claim = image?.tags?.[0] ?? image?.userInput ?? "";
  const repoDigest = (image?.repoDigests ?? []).map((each) => referenceParts(each).digest ?? "").find(isDigest);
  return {
    names: namesOf(target),
    ...(claim !== "" && { claims: [withoutLogin(claim)] }),
    referenceDigest: repoDigest,
    imageId: isDigest(image?.imageID ?? "") ? (image?.imageID as string) : undefined,
    os: system && shownSystem(system),
    platform: image?.os && image.architecture ? `${image.os}/${image.architecture}` : undefined,
    layers: layers === 0 ? undefined : layers,
    // Only packages with a finding are in it.
    packages: undefined,
  };
}

function coverageOf({ document, matches, database, system }: ReadDocument) {
  const kind = KINDS.get(document.source.type);
  if (kind === undefined) throw GRYPE.invalid("is about an unknown kind of source (`source.type`)");
  const ofSystem = matches.filter(({ artifact }) => SYSTEM_TYPES.has(artifact.type));
  const { exclude, distro: told, search } = settingsIn(document);
  const leftOut = new Map([
    ["Grype's `exclude`", exclude ?? []],
    ["Grype's `search.indexed-archives`", search?.["indexed-archives"] === false ? ["archives"] : []],
  ]);
  return reportedCoverage({
    ...kind,
    system,
    hasAdvisories: hasAdvisories(system, database),
    matchedSystem: ofSystem.some(({ vulnerability }) => isOfSystem(vulnerability.namespace ?? "", system)),
    packages: packagesIn(matches),
    ...(told && { disagreement: `Grype was given the distribution ${told} (\`distro\`), and did not look` }),
    leftOut,
  });
}

/** Without a scheme, Grype takes some images' tars for a single file, finds nothing and ends well. */
const ONE_FILE: Gap = {
  code: "os-unknown",
  what: "Grype scanned its input as a single file, and there is no sign that it recognised anything in it",
  remedy:
    "Name the kind of the file when you start Grype: `docker-archive:app.tar`, `oci-archive:app.tar` or `oci-dir:FOLDER`. A file that can have no vulnerabilities can be accepted.",
};

/** It lists only packages with a finding, so a clean folder, an empty one and a wrong one look alike. */
const FOLDER: Gap = {
  code: "os-unknown",
  what: "Grype's report on a folder names neither a distribution nor a package, so there is no sign that Grype found any package in it",
  remedy:
    "Name the folder in `path` with `scan-with: grype-match`: then the packages in it are listed. A folder that can have no packages can be accepted.",
};

/** Grype's kinds of sources (Syft's `source`), and the gap that an empty report leaves for anything except an image. */
const KINDS: ReadonlyMap<string, Pick<Parameters<typeof reportedCoverage>[0], "kind" | "silence">> = new Map([
  ["image", { kind: "image" }],
  ["directory", { kind: "files", silence: FOLDER }],
  ["file", { kind: "files", silence: ONE_FILE }],
  ["sbom", { kind: "sbom" }],
  ["sbom-file", { kind: "sbom" }],
]);

function settingsIn({ descriptor }: GrypeDocument) {
  return settingsSchema.safeParse(descriptor.configuration).data ?? {};
}

function hasAdvisories(system: System, { providers }: GrypeDatabase): "yes" | "no" | "unknown" {
  const sources = sourcesFor(system);
  if (sources === undefined) return "no";
  if (providers.size === 0) return "unknown";
  return sources.some((name) => providers.has(name)) ? "yes" : "no";
}

/** `debian:distro:debian:12`, before 2022 `debian:12`: advisories of that distribution and release. */
function isOfSystem(namespace: string, system: System): boolean {
  const parts = namespace.toLowerCase().split(":");
  const release = parts.at(-1) ?? "";
  const isNamed = parts.length === 2 || parts[1] === "distro";
  const version = system?.version.toLowerCase() ?? "";
  return isNamed && release !== "" && (version === release || version.startsWith(`${release}.`));
}

/** Each package once, even if it has several findings. */
function packagesIn(matches: readonly Match[]) {
  const packages = new Map(
    matches.map(({ artifact: { type, name, version } }) => [JSON.stringify([type, name, version]), type]),
  );
  return [...packages.values()].map((type) => ({ type, system: SYSTEM_TYPES.has(type) }));
}

function provenanceOf({ document: { descriptor, source }, matches, database, system }: ReadDocument): Provenance {
  // A namespace begins with the name of its source: `nvd:cpe`, `debian:distro:debian:12`.
  const matched = matches.map(({ vulnerability }) => vulnerability.namespace?.split(":")[0] ?? "");
  const sources = new Set([...(sourcesFor(system) ?? []), ...matched]);
  const updated = ageOf(database, sources);
  const made = dateIn(descriptor.timestamp);
  return {
    scanner: GRYPE.name,
    scannerVersion: descriptor.version.startsWith("[") ? undefined : descriptor.version,
    databaseUpdatedAt: updated,
    scannedAt: made,
    source: `an existing Grype report of ${source.type === "image" ? "an image" : `a source of the kind ${source.type}`}`,
    scanners: ["vuln"],
    notes: [
      ...undatedNotes(GRYPE, { scannedAt: made, databaseUpdatedAt: updated }),
      ...answerNotes({ matches, database }, updated),
    ],
  };
}

/** Sources are read at different hours of a day, so a note about less than a day would be in each answer. */
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The age of its oldest source, and the reasons why some of its rows are weaker than others.
 * @param updated when the sources that matter for the target were read (ISO 8601)
 */
export function answerNotes(
  { matches, database: { built } }: Pick<ReadDocument, "matches" | "database">,
  updated: string | undefined,
): string[] {
  const isOld = built !== undefined && updated !== undefined && Date.parse(updated) - Date.parse(built) > DAY_MS;
  const byName = matches.filter(isByName).length;
  const owned = matches.filter(({ artifact }) => isInstalledBySystem(artifact)).length;
  const oldest = `The oldest source of Grype's database is of ${built?.slice(0, 10)}; those that matter here are newer.`;
  const weak = `${byName} of the rows match by a product's name (CPE) alone, which is weak evidence.`;
  const installed = `${owned} of the rows are about applications' packages that the distribution has installed: it may have fixed them in its own version.`;
  return [...(isOld ? [oldest] : []), ...(byName > 0 ? [weak] : []), ...(owned > 0 ? [installed] : [])];
}
