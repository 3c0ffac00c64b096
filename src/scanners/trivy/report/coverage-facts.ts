import { type Accounting, accountFor } from "../../../domain/coverage/accounting.ts";
import { isPastSupport, judgeSuppliers } from "../../../domain/coverage/advisory-suppliers.ts";
import type { Traces } from "../../../domain/coverage/gaps.ts";
import type { Inventory, SystemMark } from "../../../domain/coverage/inventory.ts";
import { accountForSource, folderGaps, type SourceFiles } from "../../../domain/coverage/source-accounting.ts";
import { disagreement, type OtherProduct } from "../../../domain/coverage/system-evidence.ts";
import { applicationsIn } from "../../applications.ts";
import {
  advisedNames,
  type BuildInfo,
  isSupportedFamily,
  knowsRelease,
  ofOtherProducts,
  unadvisedTypes,
} from "../database/buckets.ts";
import type { Database } from "../database/database.ts";
import { leftOutPaths } from "../process/left-out.ts";
import { type LogFacts, shortened } from "../process/log-facts.ts";
import type { ReportPackage } from "./packages.ts";
import type { TrivyReport, TrivyResult } from "./schema.ts";

/** Facts about a scan that are not in its report. Not available for a given report. */
export interface ScanFacts {
  readonly scanners: readonly string[];
  readonly log: LogFacts;
  /** Names of the database's buckets. Undefined: they cannot be read. */
  readonly buckets: ReadonlySet<string> | undefined;
  /** The database itself. Undefined: the scan needed none. */
  readonly database: Database | undefined;
  /** Terraform files in a target that was scanned for misconfigurations. Undefined: we could not search for them. */
  readonly terraform: readonly string[] | undefined;
  /** Number of layers in which Trivy did not look for secrets, since it attributes them to the base image. */
  readonly baseLayers: number;
  /** Absent: the target is not an SBOM. */
  readonly sbom?: SbomFacts | undefined;
  /** Paths that the workflow leaves out, by the input that does so. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
  /** The packages in the image's layers. Absent: they were not read, so nothing is compared. */
  readonly inventory?: Inventory | undefined;
  /** The comparison from when the image itself was read, if this is a scan of its stored SBOM. */
  readonly accounted?: Accounted | undefined;
  /** Files in a folder of source code that Trivy passes over. Undefined: not a folder, or it could not be searched. */
  readonly source?: SourceFiles | undefined;
}

/** The comparison of an image's inventory with Trivy's list, and the inventory's marks. */
export interface Accounted {
  readonly accounting: Accounting;
  readonly marks: readonly SystemMark[];
}

/** The rules by which an SBOM's packages are compared with the report's. */
export interface Compared {
  /** True if advisories were looked for, and not only licences, which need no versions. */
  readonly isMatched: boolean;
  /** True if packages of a system count. If Trivy matched none of them, another gap says so. */
  readonly withSystem: boolean;
}

/** An SBOM's own statements, which Trivy does not report. */
export interface SbomFacts {
  /** True if it says that it describes an image. */
  readonly isImage: boolean;
  /** The different operating systems that it names. Trivy uses any one of them. */
  readonly systems: readonly { readonly family: string; readonly name: string }[];
  readonly listed: (packages: readonly ReportPackage[], asked: Compared) => Traces["listed"];
}

/** Types whose packages Trivy lists, but has no advisories for. */
const UNMATCHED: ReadonlySet<string> = new Set(["conda-pkg", "conda-environment"]);

/** Types whose packages run on an interpreter or a virtual machine, which needs a system's libraries. */
const HOSTED: ReadonlySet<string> = new Set(
  "python-pkg conda-pkg gemspec node-pkg jar composer-vendor dotnet-core julia".split(" "),
);

/** Types of lists in which a package can have a version that only the build knows. Trivy lists these without one. */
const UNVERSIONED: ReadonlySet<string> = new Set(["pom"]);

/** Places without a search for secrets, by Trivy's rules (pkg/fanal/secret, `builtin-allow-rules.go`, `skipDirs`). */
const NO_SECRETS = [
  "tests",
  "examples",
  "Markdown",
  "`vendor/`",
  "`node_modules/`",
  "`usr/share/` and similar folders",
  "binaries",
];

/** Trivy's option that leaves the system's packages out. */
const WITHOUT_SYSTEM = "--pkg-types library";

/**
 * True if a report is about packages, but not about the packages of the system that it names ({@link WITHOUT_SYSTEM}):
 * Trivy writes a result about each system that it knows. A report of licences or secrets alone is about no packages.
 */
function leavesSystemOut(system: ReturnType<typeof systemOf>, results: readonly TrivyResult[]): boolean {
  if (typeof system !== "object" || !isSupportedFamily(system.family)) return false;
  const isOf = (kind: string) => results.some(({ Class }) => Class === kind);
  return !isOf("os-pkgs") && (results.length === 0 || isOf("lang-pkgs"));
}

/** The coverage that Trivy's report and log prove. */
export function lookedAt(
  report: TrivyReport,
  packages: readonly ReportPackage[],
  scanFacts: ScanFacts | undefined,
): Traces {
  const { Results: results } = report;
  const ofSystem = packages.filter(({ system }) => system === true);
  const systemResult = results.find((result) => result.Class === "os-pkgs");
  const system = systemOf(report);
  const isMatched = scanFacts?.scanners.includes("vuln") === true;
  const withSystem = ofSystem.length > 0 || system === undefined || !isMatched;
  // Our own scans always list the packages. A given report does so only if it contains some.
  const isSystemLeftOut = scanFacts === undefined && leavesSystemOut(system, results);
  const lists = scanFacts !== undefined || packages.length > 0 || isSystemLeftOut;
  const matching = matchingOf(system, systemResult !== undefined, scanFacts);
  const applications = listedIn(results, packages);
  return {
    kind: kindOf(report.ArtifactType),
    isImageSbom: scanFacts?.sbom?.isImage ?? false,
    scanners: scanFacts?.scanners,
    system,
    otherKernel: otherKernelOf(report),
    matching,
    release: releaseOf(system, hasRows(systemResult?.Vulnerabilities), scanFacts),
    repositories: scanFacts?.log.repositories,
    disagreement: disagreementOf(system, ofSystem, scanFacts),
    systemPackages: lists ? ofSystem.length : undefined,
    systemLeftOutBy: isSystemLeftOut ? WITHOUT_SYSTEM : undefined,
    thirdParty: ofSystem.filter(({ thirdParty }) => thirdParty === true).length,
    skippedPackages: scanFacts?.log.skippedPackages ?? 0,
    // For a given report, we do not have the SBOM.
    listed: scanFacts?.sbom?.listed(packages, { isMatched, withSystem }),
    applications,
    unmatchedTypes: new Set([...UNMATCHED, ...unadvisedTypes(applications.keys(), scanFacts?.buckets)]),
    hostedTypes: HOSTED,
    // An SBOM's packages are compared one by one.
    unread: scanFacts?.sbom === undefined ? (scanFacts?.log.unread ?? []) : [],
    unreadMore: scanFacts?.sbom === undefined ? (scanFacts?.log.unreadMore ?? 0) : 0,
    listsUnread: scanFacts?.log.understood ?? false,
    unreadVersions: unreadVersionsIn(packages, scanFacts?.log),
    suppliers: suppliersOf(report, system, ofSystem, scanFacts),
    accounting: scanFacts && accountingOf(matching === "no" ? "unmatched" : system, packages, scanFacts)?.accounting,
    source:
      scanFacts?.source &&
      accountForSource(scanFacts.source, {
        packages,
        unversionedTypes: UNVERSIONED,
        withoutDevelopment: scanFacts.log.withoutDevelopment === true,
      }),
    leftOutFolders: scanFacts?.source && folderGaps(scanFacts.source),
    secretsNotIn: scanFacts?.scanners.includes("secret") ? NO_SECRETS : undefined,
    configFiles: results.filter((result) => result.Class === "config").length,
    terraform: scanFacts?.terraform,
    leftOut: scanFacts?.leftOut,
    layersWithoutSecrets: scanFacts?.baseLayers ?? 0,
    otherWarnings: scanFacts?.log.otherWarnings ?? [],
  };
}

function hasRows(rows: TrivyResult["Vulnerabilities"]): boolean {
  return Array.isArray(rows) ? rows.length > 0 : rows != null;
}

/** Longest name of a kernel that is shown, in UTF-16 code units. */
const LONGEST_KERNEL = 20;

/** The kernel that the image's configuration names, unless it is Linux or there is none. */
function otherKernelOf({ Metadata }: TrivyReport): string | undefined {
  const kernel = Metadata?.ImageConfig?.os?.toLowerCase() ?? "";
  return kernel === "" || kernel === "linux" ? undefined : kernel.slice(0, LONGEST_KERNEL);
}

/** Each unreadable version with a package that has it, if Trivy names one. */
function unreadVersionsIn(packages: readonly ReportPackage[], log: LogFacts | undefined): string[] {
  const versions = new Set(log?.unreadVersions);
  if (versions.size === 0 && log?.unreadSystemVersion === undefined) return [];
  const named = packages
    .filter(({ version }) => versions.has(version))
    .map(({ name, version }) => `${name} ${version}`);
  const known = new Set(packages.map(({ version }) => version));
  const unnamed = [...versions].filter((version) => !known.has(version));
  const ofSystem = log?.unreadSystemVersion === undefined ? [] : [`a system's package: ${log.unreadSystemVersion}`];
  return [...new Set([...named, ...unnamed].map(shortened)), ...ofSystem];
}

/** The vendors whose advisories Trivy used, according to its report, and the packages' own marks. */
function suppliersOf(
  { Metadata: metadata, CreatedAt: matchedAt }: TrivyReport,
  system: Traces["system"],
  packages: readonly ReportPackage[],
  scanFacts: ScanFacts | undefined,
): Traces["suppliers"] {
  const { Supplier: supplier, extended: isExtended = false } = metadata?.OS ?? {};
  if (typeof system !== "object") return undefined;
  const database = scanFacts?.database;
  return judgeSuppliers(
    {
      system,
      // Without a database, it is unknown which packages the system itself has advisories about.
      packages: database === undefined ? packages.map((each) => ({ ...each, thirdParty: undefined })) : packages,
      supplier,
      isExtended,
      matchedAt,
      advised: database && ((names) => advisedNames(system, names, database)),
    },
    scanFacts?.inventory?.marks ?? scanFacts?.accounted?.marks,
  );
}

const accountedBy = new WeakMap<ScanFacts, Accounted>();

/** The comparison of an earlier scan, so that a later scan of its SBOM can have the same. */
export function accountedIn(scanFacts: ScanFacts): Accounted | undefined {
  return accountedBy.get(scanFacts) ?? scanFacts.accounted;
}

function accountingOf(
  system: Traces["system"] | "unmatched",
  packages: readonly ReportPackage[],
  scanFacts: ScanFacts,
): Accounted | undefined {
  const { inventory, log, leftOut } = scanFacts;
  if (inventory === undefined) return scanFacts.accounted;
  const { gaps, notes } = accountFor(inventory, {
    system: system === "none" ? "unmatched" : system,
    packages,
    unread: log.unread,
    isLeftOut: leftOutPaths({ skipDirs: leftOut.get("skip-dirs") ?? [], skipFiles: leftOut.get("skip-files") ?? [] }),
  });
  const accounted = { accounting: { gaps, notes }, marks: inventory.marks };
  accountedBy.set(scanFacts, accounted);
  return accounted;
}

function kindOf(type: string): Traces["kind"] {
  if (type === "container_image" || type === "vm") return "image";
  return type === "cyclonedx" || type === "spdx" ? "sbom" : "files";
}

/** Trivy does not report it for a release whose image says that it has extended support. */
export function isEnded({ Metadata: metadata, CreatedAt: at }: TrivyReport): boolean {
  const { EOSL: isTold = false, extended = false, Family: family = "", Name: name = "" } = metadata?.OS ?? {};
  return isTold || (extended && isPastSupport({ family, name }, at) === true);
}

function systemOf(report: TrivyReport): Traces["system"] {
  const os = report.Metadata?.OS;
  if (os === undefined) return undefined;
  const { Family: family = "none", Name: name = "" } = os;
  return family === "none" || family === "" ? "none" : { family, name, endOfLife: isEnded(report) };
}

function disagreementOf(
  system: Traces["system"],
  packages: readonly ReportPackage[],
  scanFacts: ScanFacts | undefined,
) {
  if (typeof system !== "object") return undefined;
  const named = (scanFacts?.sbom?.systems ?? []).map(({ family, name }) => `${family} ${name}`);
  if (named.length > 1 && packages.length > 0) return `the SBOM names ${named.length}: ${named.slice(0, 3).join(", ")}`;
  return disagreement(system, packages, {
    repositories: scanFacts?.log.repositories,
    otherProduct: otherProductIn(system, packages, scanFacts?.database),
  });
}

/** Trivy considers a package's origin only for RHEL and CentOS. */
function otherProductIn(
  { family, name }: { readonly family: string; readonly name: string },
  packages: readonly ReportPackage[],
  database: Database | undefined,
): OtherProduct | undefined {
  const major = /^\d+/.exec(name)?.[0];
  if ((family !== "redhat" && family !== "centos") || major === undefined) return undefined;
  // All packages of a layer have the same one.
  const builds = new Map<string, BuildInfo>();
  for (const { build } of packages) if (build !== undefined) builds.set(JSON.stringify(build), build);
  if (builds.size === 0) return undefined;
  const others = new Set(ofOtherProducts([...builds.values()], major, database).map((each) => JSON.stringify(each)));
  const matched = packages.filter(({ build }) => build !== undefined && others.has(JSON.stringify(build)));
  const [first] = matched;
  const { ContentSets: sets = [], Nvr: image } = first?.build ?? {};
  return first && { packages: matched.length, example: first.name, sources: [...sets, ...(image ? [image] : [])] };
}

/** If Trivy has advisories for a system, it writes a result for its packages, even if there are none. */
function matchingOf(
  system: Traces["system"],
  hasResult: boolean,
  scanFacts: ScanFacts | undefined,
): Traces["matching"] {
  if (hasResult) return "yes";
  if (scanFacts !== undefined) return scanFacts.scanners.includes("vuln") ? "no" : "unknown";
  return typeof system === "object" && !isSupportedFamily(system.family) ? "no" : "unknown";
}

/** If something was found, there are advisories. Otherwise, the database's buckets show which releases it covers. */
function releaseOf(system: Traces["system"], found: boolean, scanFacts: ScanFacts | undefined): Traces["release"] {
  if (typeof system !== "object") return "not-told";
  if (found) return "known";
  if (scanFacts === undefined || !scanFacts.scanners.includes("vuln")) return "not-told";
  const { buckets, log } = scanFacts;
  if (buckets === undefined || !knowsRelease(system, buckets, log.repositories)) return "unknown";
  // All Red Hat releases share one bucket: only Trivy itself knows which of them it covers.
  const shared = system.family === "redhat" || system.family === "centos";
  return shared && log.releaseUnlisted ? "unknown" : "known";
}

/** The packages of applications. A lock file may list none. */
function listedIn(results: readonly TrivyResult[], packages: readonly ReportPackage[]): Traces["applications"] {
  const types = results.flatMap(({ Class: kind, Type: type = "" }) => (kind === "lang-pkgs" ? [type] : []));
  const none = types.map((type) => [type, { packages: 0, files: 0 }] as const);
  return new Map([...none, ...applicationsIn(packages)]);
}
