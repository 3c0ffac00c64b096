import type { Ecosystem, FindingPackage } from "../../domain/finding.ts";
import { advisoriesOf, idsIn } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn } from "../../domain/foreign/fixes.ts";
import { applicationPackage, type NamedSystem, systemPackage } from "../../domain/foreign/systems.ts";
import { isDigest, parseReference } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { type Severity, severityOfScore } from "../../domain/severity.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import {
  checked,
  dateIn,
  invalidReport,
  pathIn,
  type ReportedRow,
  type ReportSource,
  reportedScan,
  severityOfWord,
  unfinishedReport,
} from "../given-report.ts";
import type { GivenReportOptions, ReportReader } from "../scanner.ts";
import { ecrSchema, type InspectorFinding, inspectorSchema, type VulnerablePackage } from "./schema.ts";

const AMAZON: ReportSource = {
  name: "Amazon Inspector",
  remedy:
    "Give the whole answer of `aws ecr describe-image-scan-findings` (enhanced scanning) or `aws inspector2 list-findings`, without `--max-items`, once the scan is complete.",
};

/** Reads findings of Amazon Inspector and of ECR's enhanced scanning, as the AWS command line writes them. */
export const amazonReports: ReportReader = {
  name: AMAZON.name,
  madeBy: "Amazon's findings (`aws ecr describe-image-scan-findings`, `aws inspector2 list-findings`)",
  owns: (document) => isObject(document) && (isEcr(document) || isInspector(document)),
  digests: (document) => (isObject(document) ? digestsIn(document) : []),
  given: ({ value }, target, options) => scanOf(value as Fields, target, options),
};

type Fields = Readonly<Record<string, unknown>>;

function isEcr(document: Fields): boolean {
  return "imageScanStatus" in document || "imageScanFindings" in document;
}

/** An empty list could be anybody's. */
function isInspector({ findings }: Fields): boolean {
  const [first] = Array.isArray(findings) ? (findings as unknown[]) : [];
  return isObject(first) && typeof first.findingArn === "string" && first.findingArn.startsWith("arn:aws");
}

function digestsIn(document: Fields): string[] {
  if (isEcr(document)) {
    const { imageDigest = "" } = isObject(document.imageId) ? (document.imageId as { imageDigest?: unknown }) : {};
    return typeof imageDigest === "string" && isDigest(imageDigest) ? [imageDigest] : [];
  }
  return imagesOf(inspectorSchema.safeParse(document).data?.findings ?? []).filter(isDigest);
}

function imagesOf(findings: readonly InspectorFinding[]): string[] {
  return [...new Set(findings.map((each) => imageOf(each)?.imageHash ?? ""))];
}

function imageOf(finding: InspectorFinding | undefined) {
  return finding?.resources[0]?.details?.awsEcrContainerImage;
}

/** What both answers have. */
interface Answer {
  readonly findings: readonly InspectorFinding[];
  readonly scannedAt?: string | undefined;
  readonly databaseUpdatedAt?: string | undefined;
}

function scanOf(document: Fields, target: Target, options: GivenReportOptions): ScanResult {
  const { findings: all, ...dates } = isEcr(document) ? ecrAnswer(document) : inspectorAnswer(document, target);
  const vulnerabilities = all.filter(({ packageVulnerabilityDetails: details }) => details);
  // A closed one is fixed, or its image is gone. Whether a suppressed one may run is not decided there.
  const known = vulnerabilities.filter(({ status }) => statusOf(status) !== "CLOSED");
  const active = known.filter(({ status }) => status === "ACTIVE");
  const image = imageOf(known[0]);
  const platform = platformOf(image?.platform ?? "");
  // A suppressed one shows as well that Amazon knows the distribution.
  const packages = known.flatMap((row) => row.packageVulnerabilityDetails?.vulnerablePackages ?? []);
  const others = all.length - vulnerabilities.length;
  return reportedScan(AMAZON, target, options, {
    claim: image?.repositoryName ? `${image.repositoryName}:${image.imageTags[0] ?? ""}`.replace(/:$/, "") : "",
    system: platform,
    rows: rowsOf(active, platform),
    suppressed: known.length - active.length,
    looked: {
      kind: "image",
      hasAdvisories: "unknown",
      matchedSystem: known.some(isByVendor),
      packages: packages.map((each) => ({ type: kindOf(each), system: isOfSystem(each) })),
    },
    provenance: {
      ...dates,
      source: "existing findings of Amazon Inspector",
      notes: others > 0 ? [`${others} of the findings are not about packages and were left out.`] : [],
    },
  });
}

function kindOf({ packageManager }: { readonly packageManager?: string | null | undefined }): string {
  return /^PY|^PIP|^POETRY/.test(packageManager ?? "") ? "pypi" : (packageManager ?? "").toLowerCase();
}

/** Sources of advisories that are a distribution's own, such as `DEBIAN_CVE`. */
const VENDORS = /^(?:ALMA|ALPINE|AMAZON|CENTOS|CHAINGUARD|DEBIAN|FEDORA|ORACLE|PHOTON|REDHAT|ROCKY|SUSE|UBUNTU)/i;

function isByVendor({ packageVulnerabilityDetails: details }: InspectorFinding): boolean {
  const isSystems = details?.vulnerablePackages.some(isOfSystem) === true;
  return isSystems && VENDORS.test(details?.source ?? "");
}

/** @throws GateError `report-invalid`: a word of its own could hide a finding */
function statusOf(status: string): string {
  if (/^(?:ACTIVE|SUPPRESSED|CLOSED)$/.test(status)) return status;
  throw invalidReport(AMAZON, "has a finding with a `status` that Amazon does not know");
}

/** @throws GateError `report-unfinished`, `report-invalid` */
function ecrAnswer(document: Fields): Answer {
  const { nextToken, imageScanStatus, imageScanFindings } = checked(ecrSchema, document, AMAZON);
  requireWhole(nextToken);
  const status = imageScanStatus?.status ?? "";
  // ACTIVE is the state of continuous scanning.
  if (!/^(?:COMPLETE|ACTIVE)$/.test(status))
    throw unfinishedReport(AMAZON, "its `imageScanStatus` is neither COMPLETE nor ACTIVE");
  const { enhancedFindings, imageScanCompletedAt, vulnerabilitySourceUpdatedAt } = imageScanFindings ?? {};
  if (!enhancedFindings)
    throw invalidReport(
      AMAZON,
      "is one of ECR's basic scan, or has no `enhancedFindings`: a basic scan does not tell what has a fix",
    );
  return {
    findings: enhancedFindings,
    scannedAt: dateIn(imageScanCompletedAt),
    databaseUpdatedAt: dateIn(vulnerabilitySourceUpdatedAt),
  };
}

/** @throws GateError `report-unfinished`, `report-not-chosen`, `report-invalid` */
function inspectorAnswer(document: Fields, { as }: Target): Answer {
  const { nextToken, findings } = checked(inspectorSchema, document, AMAZON);
  requireWhole(nextToken);
  const asked = as === undefined ? undefined : parseReference(as)?.digest;
  if (asked !== undefined) return { findings: findings.filter((each) => imageOf(each)?.imageHash === asked) };
  const images = imagesOf(findings);
  if (images.length === 1 && images[0] !== "") return { findings };
  throw new GateError(
    "report-not-chosen",
    `The findings of Amazon Inspector are about ${images.length} resources, and the line does not say which image is meant`,
    "Name the image by its digest, such as `findings.json as ghcr.io/acme/app@sha256:…`; one file may have findings on several images.",
  );
}

/** An answer comes in pages of a hundred. */
function requireWhole(nextToken: string | null | undefined): void {
  if (nextToken) throw unfinishedReport(AMAZON, "it has a `nextToken`, so that there are more pages of findings");
}

/** Inspector's package managers for each ecosystem. Others, such as BUNDLER and COMPOSER, have no rules here. */
const ECOSYSTEMS: ReadonlyMap<string, Ecosystem> = new Map(
  (
    [
      ["cargo", "CARGO"],
      ["go", "GOBINARY GOMOD"],
      ["maven", "JAR POM"],
      ["npm", "NODEPKG NPM PNPM YARN"],
      ["nuget", "NUGET DOTNET_DEPS"],
      ["pypi", "PIP PIPENV POETRY PYTHONPKG"],
    ] as const
  ).flatMap(([ecosystem, managers]) => managers.split(" ").map((manager) => [manager, ecosystem] as const)),
);

/** `DEBIAN_10`, `AMAZON_LINUX_2`, `UBUNTU_22_04`. Undefined: it names no release. */
function platformOf(text: string): NamedSystem | undefined {
  const [, name, version] = /^([A-Z][A-Z_]*?)(?:_LINUX)?_(\d+(?:_\d+)*)$/i.exec(text) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { name: name.toLowerCase(), version: version.replaceAll("_", ".") };
}

function isOfSystem({ packageManager }: VulnerablePackage): boolean {
  return packageManager === "OS";
}

/** A finding of Amazon's is a row for each package that it names. */
function* rowsOf(active: readonly InspectorFinding[], platform: NamedSystem | undefined): Generator<ReportedRow> {
  for (const [index, row] of active.entries()) {
    const { packageVulnerabilityDetails: details, description } = row;
    const severity = severityOf(row, ["findings", index]);
    const advisories = advisoriesOf(
      details?.vulnerabilityId ?? "",
      details?.relatedVulnerabilities.flatMap(idsIn) ?? [],
    );
    for (const each of details?.vulnerablePackages ?? [])
      yield {
        advisories,
        severity,
        description,
        links: details?.sourceUrl,
        about: { ...packageOf(each, platform), path: isOfSystem(each) ? undefined : pathIn(each.filePath) },
        // `0:4.19.232-1`, or `NotAvailable`.
        fixedVersions: fixesIn((each.fixedInVersion ?? "").replace(/^0:/, "")).versions,
      };
  }
}

function packageOf(each: VulnerablePackage, platform: NamedSystem | undefined): FindingPackage {
  const { name, epoch, release, arch } = each;
  const version = `${epoch ? `${epoch}:` : ""}${each.version ?? ""}${release ? `-${release}` : ""}`;
  const { packageManager: manager = "" } = each;
  if (!isOfSystem(each))
    return applicationPackage({ name, version }, ECOSYSTEMS.get(manager ?? "") ?? manager?.toLowerCase() ?? "");
  return systemPackage({ name, version, arch: arch?.toLowerCase() }, platform);
}

/** What Amazon has not rated yet has its score's severity, if there is one. */
function severityOf({ severity, inspectorScore, score }: InspectorFinding, at: readonly PropertyKey[]) {
  if (/^informational$/i.test(severity)) return "LOW" satisfies Severity;
  if (!/^untriaged$/i.test(severity)) return severityOfWord(severity, AMAZON, [...at, "severity"]);
  const rated = inspectorScore ?? score ?? 0;
  return rated > 0 ? severityOfScore(rated) : "UNKNOWN";
}
