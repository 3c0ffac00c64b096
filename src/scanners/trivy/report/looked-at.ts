import { readFileSync, statSync } from "node:fs";
import type { Looked } from "../../../domain/coverage/gaps.ts";
import { disagreement } from "../../../domain/coverage/system-evidence.ts";
import { isSupportedFamily, knowsRelease } from "../database/buckets.ts";
import type { ScanWords } from "../scan/heard-lines.ts";
import type { ReportPackage } from "./packages.ts";
import type { TrivyReport, TrivyResult } from "./schema.ts";

/** What is known of a scan beside its report; nothing of it where the report was given. */
export interface Heard {
  readonly scanners: readonly string[];
  readonly words: ScanWords;
  /** Names of the database's buckets; undefined: they cannot be read. */
  readonly buckets: ReadonlySet<string> | undefined;
  /** Files of Terraform in what was scanned for misconfigurations; undefined: nobody could look. */
  readonly terraform: readonly string[] | undefined;
  /** Layers in which Trivy looked for no secrets, as it takes them for the base image's. */
  readonly baseLayers: number;
  /** Packages of an SBOM that Trivy does not read; undefined: nobody can tell. */
  readonly nestedComponents: number | undefined;
  /** The target is an SBOM that says that it is of an image. */
  readonly isImageSbom: boolean;
  /** What the workflow leaves out, by the input that does it. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
}

/** Trivy lists their packages, and knows no advisories for them. */
const UNMATCHED: ReadonlySet<string> = new Set(["conda-pkg", "conda-environment"]);

/** Packages that run on an interpreter or a virtual machine, which no image has without a system's libraries. */
const HOSTED: ReadonlySet<string> = new Set([
  "python-pkg",
  "conda-pkg",
  "gemspec",
  "node-pkg",
  "jar",
  "composer-vendor",
  "dotnet-core",
  "julia",
]);

/** What Trivy's report, and what it said beside it, prove of what it looked at. */
export function lookedAt(
  report: TrivyReport,
  results: readonly TrivyResult[],
  packages: readonly ReportPackage[],
  heard: Heard | undefined,
): Looked {
  const ofSystem = packages.filter(({ system }) => system === true);
  const systemResult = results.find((result) => result.Class === "os-pkgs");
  const system = systemOf(report);
  // Of a scan of ours it is known that the packages are listed; of a report only where there are some.
  const lists = heard !== undefined || packages.length > 0;
  return {
    kind: kindOf(report.ArtifactType),
    isImageSbom: heard?.isImageSbom ?? false,
    scanners: heard?.scanners,
    system,
    matching: matchingOf(system, systemResult !== undefined, heard),
    release: releaseOf(system, hasRows(systemResult, "Vulnerabilities"), heard),
    repositories: heard?.words.repositories,
    disagreement: typeof system === "object" ? disagreement(system, ofSystem, heard?.words.repositories) : undefined,
    systemPackages: lists ? ofSystem.length : undefined,
    thirdParty: ofSystem.filter(({ thirdParty }) => thirdParty === true).length,
    skippedPackages: heard?.words.skippedPackages ?? 0,
    // Of a given report the SBOM is not there; it says nothing of such components either way.
    nestedComponents: heard === undefined ? 0 : heard.nestedComponents,
    applications: applicationsIn(results, packages),
    unmatchedTypes: UNMATCHED,
    hostedTypes: HOSTED,
    unread: heard?.words.unread ?? [],
    unreadMore: heard?.words.unreadMore ?? 0,
    unreadTold: heard?.words.understood ?? false,
    configFiles: results.filter((result) => result.Class === "config").length,
    terraform: heard?.terraform,
    leftOut: heard?.leftOut,
    layersWithoutSecrets: heard?.baseLayers ?? 0,
    said: heard?.words.said ?? [],
  };
}

function kindOf(type: string): Looked["kind"] {
  if (type === "container_image" || type === "vm") return "image";
  return type === "cyclonedx" || type === "spdx" ? "sbom" : "files";
}

function systemOf({ Metadata: metadata }: TrivyReport): Looked["system"] {
  const os = metadata?.OS;
  if (os === undefined) return undefined;
  const { Family: family = "none", Name: name = "", EOSL: endOfLife = false } = os;
  return family === "none" || family === "" ? "none" : { family, name, endOfLife };
}

/** Trivy writes a result for a system's packages, even for none, where it has advisories for such a system. */
function matchingOf(system: Looked["system"], hasResult: boolean, heard: Heard | undefined): Looked["matching"] {
  if (hasResult) return "yes";
  if (heard !== undefined) return heard.scanners.includes("vuln") ? "no" : "unknown";
  return typeof system === "object" && !isSupportedFamily(system.family) ? "no" : "unknown";
}

/** Where something was found, there are advisories; else the database itself says for which releases it has some. */
function releaseOf(system: Looked["system"], found: boolean, heard: Heard | undefined): Looked["release"] {
  if (typeof system !== "object") return "not-told";
  if (found) return "known";
  if (heard === undefined || !heard.scanners.includes("vuln")) return "not-told";
  const { buckets, words } = heard;
  if (buckets === undefined || !knowsRelease(system, buckets, words.repositories)) return "unknown";
  // All releases of Red Hat share one bucket: only Trivy itself knows which of them it has.
  const shared = system.family === "redhat" || system.family === "centos";
  return shared && words.releaseUnlisted ? "unknown" : "known";
}

function hasRows(result: TrivyResult | undefined, key: string): boolean {
  for (const _ of result?.rows.get(key) ?? []) return true;
  return false;
}

function applicationsIn(results: readonly TrivyResult[], packages: readonly ReportPackage[]): Looked["applications"] {
  const files = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const { Class: kind, Type: type = "" } of results) if (kind === "lang-pkgs") counts.set(type, 0);
  for (const { system, type, path } of packages) {
    if (system === true) continue;
    counts.set(type, (counts.get(type) ?? 0) + 1);
    const known = files.get(type) ?? new Set<string>();
    files.set(type, known);
    if (path !== undefined) known.add(path);
  }
  return new Map([...counts].map(([type, count]) => [type, { packages: count, files: files.get(type)?.size ?? 0 }]));
}

/** Beyond that it is not read a second time: its text alone would take this much memory, and as much again as values. */
const MOST_BYTES = 128 * 1024 * 1024;
const MOST_DEPTH = 1_000;

interface Component {
  readonly purl?: unknown;
  readonly components?: unknown;
}

interface Sbom {
  readonly components?: unknown;
  readonly metadata?: { readonly component?: { readonly type?: unknown } | null } | null;
  readonly packages?: unknown;
}

/** What Trivy does not tell of an SBOM. */
interface SbomFacts {
  /** Packages that stand within other components and not at the top as well; undefined: nobody can tell. */
  readonly nestedComponents: number | undefined;
  /** It says that it is of an image: CycloneDX of its subject, SPDX of one of its packages. */
  readonly isImageSbom: boolean;
}

/** Reads an SBOM once more. Of what is no JSON, or too large, little is known. */
export function readSbom(path: string): SbomFacts {
  try {
    if (statSync(path).size > MOST_BYTES) return { nestedComponents: undefined, isImageSbom: false };
    // A mark at the start is none of JSON's.
    const document = JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, "")) as Sbom | null;
    return { nestedComponents: nestedIn(document), isImageSbom: isOfImage(document) };
  } catch {
    // SPDX as text, XML: what is no JSON has no such lists. What cannot be read Trivy refuses.
    return { nestedComponents: 0, isImageSbom: false };
  }
}

function isOfImage(document: Sbom | null): boolean {
  if (document?.metadata?.component?.type === "container") return true;
  const packages: unknown = document?.packages;
  return (
    Array.isArray(packages) &&
    packages.some((each: { primaryPackagePurpose?: unknown } | null) => each?.primaryPackagePurpose === "CONTAINER")
  );
}

/** Of CycloneDX Trivy reads the first level of components alone, and says nothing of the others. */
function nestedIn(document: Sbom | null): number | undefined {
  const top = listOf(document?.components);
  const read = new Set(top.map(({ purl }) => purl));
  const nested = new Set<string>();
  let level = top.flatMap(({ components }) => listOf(components));
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_DEPTH) return undefined;
    for (const { purl } of level) if (typeof purl === "string" && !read.has(purl)) nested.add(purl);
    level = level.flatMap(({ components }) => listOf(components));
  }
  return nested.size;
}

function listOf(value: unknown): readonly Component[] {
  return Array.isArray(value)
    ? value.filter((each): each is Component => typeof each === "object" && each !== null)
    : [];
}
