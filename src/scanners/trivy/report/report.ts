import { coverageOf } from "../../../domain/coverage/gaps.ts";
import type { Finding, Layer } from "../../../domain/finding.ts";
import { layerInstructions } from "../../../domain/image/layer-instruction.ts";
import { isDigest, isSameRepository, parseReference, referenceParts } from "../../../domain/image/reference.ts";
import { isObject, listIn } from "../../../domain/json/is-object.ts";
import { joined } from "../../../domain/list-some.ts";
import { needsOf } from "../../../domain/opinions/subject.ts";
import { withoutLogin } from "../../../domain/secrets/logins.ts";
import { toSeverity } from "../../../domain/severity.ts";
import type { Artifact, BuildTrace, Provenance, ScanResult, Target } from "../../../domain/target.ts";
import { namesOf } from "../../given-report.ts";
import type { ScannerReport } from "../../scanner.ts";
import { unadvisedTypes } from "../database/buckets.ts";
import { isEnded, lookedAt, type ScanFacts } from "./coverage-facts.ts";
import { addFindings, keepingDescriptions, knownSeverity, NO_DESCRIPTIONS, type ResultContext } from "./findings.ts";
import { ownerFinder } from "./owning-package.ts";
import { packageFinder, packagesOf, packagesReport, type ReportPackage } from "./packages.ts";
import { requireBoundedConfig } from "./sanitize.ts";
import { checkedReport, type TrivyMetadata, type TrivyReport } from "./schema.ts";

interface ReadingOptions {
  /** Facts about the scan that the report lacks. */
  readonly provenance?: Partial<Provenance>;
  /** True if findings keep their advisory's explanation, which only some reports show. */
  readonly descriptions?: boolean;
  /** Facts about the scan that are not in its report. Absent: the report was given. */
  readonly scanFacts?: ScanFacts | undefined;
}

/**
 * Converts Trivy's JSON into our own terms. Ignores unknown fields. Does not depend on a result's class: takes findings
 * from every result.
 * @throws GateError `report-invalid` with the wrong key, never with its content; `report-schema-unknown`,
 * `report-unsupported`, `report-too-large`.
 */
export function toScanResult(
  value: unknown,
  target: Target,
  { provenance = {}, descriptions = false, scanFacts }: ReadingOptions = {},
): ScanResult {
  const report = checkedReport(value);
  requireBoundedConfig(report.Metadata?.ImageConfig);
  const { Results: results } = report;
  const packages = packagesOf(results);
  const ids = diffIds(report.Metadata);
  const instructions = layerInstructions(report.Metadata?.ImageConfig?.history ?? undefined, ids.length);
  const layers = layersOf(ids, instructions);
  const build = buildTrace(report.Metadata, [...layers.values()]);
  const context: ResultContext = {
    artifactName: report.ArtifactName,
    layers,
    ownerOf: ownerFinder(packages),
    packageAt: packageFinder(packages),
    severityOf: target.kind === "trivy-report" ? knownSeverity : toSeverity,
    describe: descriptions ? keepingDescriptions() : NO_DESCRIPTIONS,
  };
  const findings: Finding[] = [];
  let suppressed = 0;
  for (const [index, result] of results.entries()) {
    addFindings(result, index, context, findings);
    suppressed += result.ExperimentalModifiedFindings?.length ?? 0;
  }
  // A given report may leave the list out: Trivy did so by default before 0.67.
  const listed = scanFacts === undefined && packages.length === 0 ? undefined : packages.length;
  return {
    artifact: artifactOf(report, target, listed),
    ...(build && { build }),
    packages,
    layers: ids,
    findings,
    suppressed,
    ...blindTo(packages, scanFacts),
    coverage: coverageOf(lookedAt(report, packages, scanFacts)),
    provenance: {
      scanner: "Trivy",
      scannerVersion: report.Trivy?.Version,
      scannedAt: report.CreatedAt,
      ...provenance,
    },
  };
}

/** The ecosystems for which the scan's database has no advisories, so a lack of findings says nothing about them. */
function blindTo(packages: readonly ReportPackage[], scanFacts: ScanFacts | undefined): Pick<ScanResult, "blindTo"> {
  const libraries = packages.filter(({ system }) => system !== true);
  const types = unadvisedTypes(
    libraries.map(({ type }) => type),
    scanFacts?.buckets,
  );
  if (types.size === 0) return {};
  return { blindTo: [...new Set(libraries.filter(({ type }) => types.has(type)).map(needsOf))].sort() };
}

/** Trivy's report in the form that other modules see. */
export function reportOf(report: unknown): ScannerReport {
  const results = isObject(report) ? listIn(report.Results).filter(isObject) : [];
  return {
    listsPackages: results.length === 0 || results.some(({ Packages: rows }) => Array.isArray(rows)),
    packages: (target) => packagesReport(report, target),
  };
}

function layersOf(ids: readonly string[], instructions: readonly (string | undefined)[]): Map<string, Layer> {
  return new Map(ids.map((diffId, index) => [diffId, { diffId, number: index + 1, instruction: instructions[index] }]));
}

function diffIds(metadata: TrivyMetadata | undefined): readonly string[] {
  return metadata?.DiffIDs ?? metadata?.ImageConfig?.rootfs?.diff_ids ?? [];
}

/** The names that a tar, layout or report claims: its first tag, and the artifact that a report was made from. */
function claimsOf({ ArtifactName: name, Metadata: metadata }: TrivyReport, { kind, input }: Target): string[] {
  const isReference = kind === "image" && name === input && !input.startsWith("/");
  const inside = isReference ? [] : (metadata?.RepoTags ?? []).slice(0, 1);
  const scanned = kind === "trivy-report" && name ? [withoutLogin(name)] : [];
  return [...new Set([...inside, ...scanned])];
}

function artifactOf(report: TrivyReport, target: Target, packages: number | undefined): Artifact {
  const { Metadata: metadata } = report;
  const config = metadata?.ImageConfig;
  const layers = diffIds(metadata).length;
  const claims = claimsOf(report, target);
  return {
    names: namesOf(target),
    ...(claims.length > 0 && { claims }),
    referenceDigest: referenceDigest(report, target),
    imageId: metadata?.ImageID,
    os: metadata?.OS && {
      family: metadata.OS.Family ?? "unknown",
      name: metadata.OS.Name ?? "",
      endOfLife: isEnded(report),
    },
    platform:
      config?.os && config.architecture
        ? joined("/", [config.os, config.architecture, config.variant ?? ""])
        : undefined,
    layers: layers === 0 ? undefined : layers,
    size: metadata?.Size,
    createdAt: config?.created,
    packages,
  };
}

/**
 * The requested digest, otherwise the one from the reference's own repository. A daemon may have the same image from
 * other repositories too, but their digests say nothing about this reference.
 */
function referenceDigest({ ArtifactName: name, Metadata: metadata }: TrivyReport, target: Target): string | undefined {
  const reference = target.kind === "trivy-report" ? (name ?? "") : target.input;
  const asked = parseReference(reference)?.digest;
  const own = (metadata?.RepoDigests ?? []).flatMap((each) => {
    const { digest = "" } = referenceParts(each);
    return isDigest(digest) && isSameRepository(each, reference) ? [digest] : [];
  });
  return own.find((each) => each === asked) ?? own[0];
}

/** The keys of annotations and labels that name an image's base (OCI image specification, annotations). */
export const BASE_NAME = "org.opencontainers.image.base.name";
export const BASE_DIGEST = "org.opencontainers.image.base.digest";

/** Facts about an image's build, from its labels and history. Undefined if it has no layers. */
function buildTrace(metadata: TrivyMetadata | undefined, layers: readonly Layer[]): BuildTrace | undefined {
  if (layers.length === 0) return undefined;
  const config = metadata?.ImageConfig;
  const labels = config?.config?.Labels ?? {};
  return {
    baseName: labels[BASE_NAME],
    baseDigest: labels[BASE_DIGEST],
    baseLayers: historyBaseLayers(config?.history ?? [], layers.length),
    instructions: layers.map(({ instruction }) => instruction),
  };
}

type HistoryEntry = Readonly<NonNullable<NonNullable<TrivyMetadata["ImageConfig"]>["history"]>[number]>;

/** A CMD as the classic builder, Buildah and BuildKit write it into the history. */
const COMMAND = /^(?:\/bin\/sh -c #\(nop\) +)?CMD\b/;

/**
 * The number of layers from the image that this one was built on. The base ends at the last CMD before the image's own
 * layers. Everything after the last layer is the image's own (its CMD, ENTRYPOINT, …). This is the same guess as
 * Trivy's (pkg/fanal/image/image.go, `GuessBaseImageIndex`).
 * @param layers the image's number of layers; a history with another number (squashed images) is useless
 * @returns undefined if no base can be determined
 */
export function historyBaseLayers(history: readonly HistoryEntry[], layers: number): number | undefined {
  const made = history.filter((entry) => entry.empty_layer !== true);
  if (made.length !== layers) return undefined;
  const lastLayer = history.findLastIndex((entry) => entry.empty_layer !== true);
  const command = history
    .slice(0, Math.max(0, lastLayer))
    .findLastIndex((entry) => entry.empty_layer === true && COMMAND.test(entry.created_by ?? ""));
  const below = history.slice(0, command + 1).filter((entry) => entry.empty_layer !== true).length;
  return below === 0 ? undefined : below;
}
