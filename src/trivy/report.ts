import type { Finding, Layer } from "../domain/finding.ts";
import type { Artifact, Provenance, ScanResult, Target } from "../domain/target.ts";
import { GateError } from "../errors.ts";
import { readGivenFile } from "../files.ts";
import type { World } from "../world.ts";
import { findingsOf, type ResultContext } from "./findings.ts";
import { layerInstructions } from "./instruction.ts";
import { ownerFinder } from "./owner.ts";
import { packageFinder, packagesOf } from "./packages.ts";
import { invalidReport, parsed } from "./report-error.ts";
import { reportSchema, resultSchema, type TrivyMetadata, type TrivyReport } from "./report-schema.ts";

/** Trivy's JSON, SchemaVersion 2, all through the versions that are supported. */
const SCHEMA_VERSION = 2;

/**
 * Turns Trivy's JSON into our words. Unknown fields and unknown classes are passed by: findings are taken from wherever
 * they stand.
 * @param text the whole JSON
 * @throws GateError `report-invalid` with the key that is wrong, never with its content; `report-schema-unknown`.
 */
export function toScanResult(text: string, target: Target, provenance: Partial<Provenance> = {}): ScanResult {
  const report = parseReport(text);
  const results = (report.Results ?? []).map((result, index) => parsed(resultSchema, result, ["Results", index]));
  const packages = packagesOf(results);
  const context: ResultContext = {
    artifactName: report.ArtifactName,
    layers: layersOf(report.Metadata),
    ownerOf: ownerFinder(packages),
    packageAt: packageFinder(packages),
  };
  const findings: Finding[] = [];
  let suppressed = 0;
  for (const [index, result] of results.entries()) {
    for (const finding of findingsOf(result, index, context)) findings.push(finding);
    suppressed += result.ExperimentalModifiedFindings?.length ?? 0;
  }
  return {
    artifact: artifactOf(report, target, packages.length),
    findings,
    suppressed,
    provenance: {
      scanner: "Trivy",
      scannerVersion: report.Trivy?.Version,
      scannedAt: report.CreatedAt,
      ...provenance,
    },
  };
}

/**
 * A report that the user gives to be judged without a scan.
 * @throws GateError `file-…` of the rules for given files, `report-invalid`, `report-schema-unknown`.
 */
export function readTrivyReport(target: Target, folders: Pick<World, "workspace" | "temp">): ScanResult {
  const text = textOf(readGivenFile({ what: "Trivy report", path: target.input }, folders), target.input);
  return toScanResult(text, target, { source: "an existing Trivy report" });
}

/** @throws GateError `report-too-large` where Node cannot hold it as one string. */
export function textOf(bytes: Buffer, name: string): string {
  try {
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
      ? bytes.toString("utf8", 3)
      : bytes.toString("utf8");
  } catch (cause) {
    throw new GateError(
      "report-too-large",
      `The Trivy report ${JSON.stringify(name)} has ${bytes.length} bytes, more than can be read at once`,
      "Scan less at a time: name parts of the target, or leave folders out by `skip-dirs`.",
      { cause },
    );
  }
}

function parseReport(text: string): TrivyReport {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    // Node's message quotes the text, so it is not passed on.
    throw invalidReport(text.trim() === "" ? "is empty" : "is not JSON, or only a part of it", undefined, cause);
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw invalidReport("is not a JSON object");
  const version = (document as { SchemaVersion?: unknown }).SchemaVersion;
  if (version === undefined)
    throw invalidReport("has no SchemaVersion, so it is not the JSON of `trivy … --format json`");
  if (version !== SCHEMA_VERSION)
    throw new GateError(
      "report-schema-unknown",
      `The Trivy report has SchemaVersion ${typeof version === "number" ? version : "of a wrong type"}, not ${SCHEMA_VERSION}`,
      "Make it with a Trivy from 0.63 to 0.76, as `trivy … --format json`.",
    );
  return parsed(reportSchema, document, []);
}

function layersOf(metadata: TrivyMetadata | undefined): ReadonlyMap<string, Layer> {
  const ids = diffIds(metadata);
  const instructions = layerInstructions(metadata?.ImageConfig?.history ?? undefined, ids.length);
  return new Map(ids.map((diffId, index) => [diffId, { diffId, number: index + 1, instruction: instructions[index] }]));
}

function diffIds(metadata: TrivyMetadata | undefined): readonly string[] {
  return metadata?.DiffIDs ?? metadata?.ImageConfig?.rootfs?.diff_ids ?? [];
}

function artifactOf(report: TrivyReport, target: Target, packages: number): Artifact {
  const { Metadata: metadata } = report;
  const config = metadata?.ImageConfig;
  const tags = metadata?.RepoTags ?? [];
  const ownName = target.kind === "trivy-report" && report.ArtifactName ? [report.ArtifactName] : [];
  const layers = diffIds(metadata).length;
  return {
    names: [...new Set([target.input, ...tags, ...ownName])],
    digest: digestOf(target.input, metadata?.RepoDigests ?? []),
    imageId: metadata?.ImageID,
    os: metadata?.OS && {
      family: metadata.OS.Family ?? "unknown",
      name: metadata.OS.Name ?? "",
      endOfLife: metadata.OS.EOSL === true,
    },
    platform:
      config?.os && config.architecture ? platformOf(config.os, config.architecture, config.variant) : undefined,
    layers: layers === 0 ? undefined : layers,
    packages,
  };
}

function platformOf(os: string, architecture: string, variant: string | undefined): string {
  return variant ? `${os}/${architecture}/${variant}` : `${os}/${architecture}`;
}

/** The digest as asked for; else that of the repository that was asked for; else the only one. */
function digestOf(input: string, digests: readonly string[]): string | undefined {
  const asked = /@(sha256:[0-9a-f]{64})$/.exec(input)?.[1];
  if (asked !== undefined) return asked;
  const split = digests.map((each) => each.split("@") as [string, string | undefined]);
  const [, digest] = split.find(([name]) => input === name || input.startsWith(`${name}:`)) ?? split[0] ?? [];
  return digest;
}
