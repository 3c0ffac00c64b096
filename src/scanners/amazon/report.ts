import { z } from "zod";
import type { FindingPackage } from "../../domain/finding.ts";
import { advisoriesOf, idsIn, NAMED } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn, type StatedFix } from "../../domain/foreign/fixes.ts";
import { applicationPackage, type NamedSystem, systemPackage } from "../../domain/foreign/systems.ts";
import { parseReference } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
import type { Target } from "../../domain/target.ts";
import { GateError } from "../../system/errors.ts";
import { kindNamed } from "../applications.ts";
import {
  dateIn,
  type Json,
  listOf,
  pathIn,
  type ReportedParts,
  type ReportedRow,
  ReportSource,
  word,
  words,
} from "../given-report.ts";

const AMAZON = new ReportSource({
  name: "Amazon Inspector",
  remedy:
    "Give the whole answer of `aws ecr describe-image-scan-findings` (enhanced scanning) or `aws inspector2 list-findings`, without `--max-items`, once the scan is complete.",
  lowest: /^(?:informational|negligible)$/i,
});

// Amazon Inspector's findings (API `inspector2` ListFindings), which ECR's enhanced scanning uses as well.

const packageSchema = z.object({
  ...words("version", "release", "arch", "packageManager", "filePath", "fixedInVersion"),
  name: word,
  epoch: z.number().int().min(0).nullish(),
});
type VulnerablePackage = z.output<typeof packageSchema>;

const imageSchema = z
  .object({ ...words("imageHash", "platform", "repositoryName"), imageTags: listOf(word) })
  .nullish();

const score = z.number().min(0).max(10).nullish();

const findingSchema = z.object({
  ...words("type", "fixAvailable"),
  // Another status could hide a finding.
  status: z.enum(["ACTIVE", "SUPPRESSED", "CLOSED"]),
  severity: word.transform((stated) => (/^untriaged$/i.test(stated) ? "UNKNOWN" : stated)),
  description: z.string().nullish(),
  ...{ inspectorScore: score, score },
  packageVulnerabilityDetails: z
    .object({
      vulnerabilityId: z.string().regex(NAMED).max(1000),
      relatedVulnerabilities: listOf(word),
      ...words("source"),
      sourceUrl: z.string().nullish(),
      vulnerablePackages: listOf(packageSchema),
    })
    .nullish(),
  resources: listOf(z.object({ details: z.object({ awsEcrContainerImage: imageSchema }).nullish() })),
});
type InspectorFinding = z.output<typeof findingSchema>;

/**
 * An answer has pages of a hundred findings. With `--max-items`, the command line names the next one in a key of its
 * format.
 */
const pages = { nextToken: z.string().nullish(), NextToken: z.string().nullish() };
const findings = z.array(findingSchema).max(200_000);

/** The answer of `aws inspector2 list-findings`. */
const inspectorSchema = z.object({ ...pages, findings });

/** The answer of `aws ecr describe-image-scan-findings`. Dates are text, or seconds by an option. */
const ecrSchema = z.object({
  ...pages,
  imageId: z.object(words("imageDigest")).nullish(),
  imageScanStatus: z.object(words("status")).nullish(),
  imageScanFindings: z
    .object({
      imageScanCompletedAt: word.nullish().catch(undefined),
      vulnerabilitySourceUpdatedAt: word.nullish().catch(undefined),
      findingSeverityCounts: z.record(z.string(), z.number()).nullish(),
      enhancedFindings: findings.nullish(),
    })
    .nullish(),
});

/** Reads findings of Amazon Inspector and of ECR's enhanced scanning, as the AWS command line writes them. */
export const amazonReports = AMAZON.reader({
  madeBy: "Amazon's findings (`aws ecr describe-image-scan-findings`, `aws inspector2 list-findings`)",
  owns: (document) => isEcr(document) || isInspector(document),
  digests: (document) =>
    isEcr(document)
      ? [ecrSchema.pick({ imageId: true }).safeParse(document).data?.imageId?.imageDigest]
      : imagesOf(inspectorSchema.safeParse(document).data?.findings ?? []),
  parts: partsOf,
});

function isEcr(document: Json): boolean {
  return "imageScanStatus" in document || "imageScanFindings" in document;
}

/** An empty list could come from any scanner. */
function isInspector({ findings: all }: Json): boolean {
  const [first] = Array.isArray(all) ? (all as unknown[]) : [];
  return isObject(first) && typeof first.findingArn === "string" && first.findingArn.startsWith("arn:aws");
}

/** The digests of the images that findings are about; an empty one for another resource. */
function imagesOf(all: readonly InspectorFinding[]): string[] {
  const each = all.flatMap(({ resources }) => (resources.length > 0 ? resources : [undefined]));
  return [...new Set(each.map((resource) => resource?.details?.awsEcrContainerImage?.imageHash ?? ""))];
}

function partsOf(document: Json, target: Target): ReportedParts {
  const { findings: all, ...dates } = isEcr(document) ? ecrAnswer(document) : inspectorAnswer(document, target);
  const vulnerabilities = all.filter(({ type }) => !OTHERS.test(type ?? ""));
  if (vulnerabilities.some(({ packageVulnerabilityDetails: details }) => !details))
    throw AMAZON.invalid("has a finding without `packageVulnerabilityDetails`");
  // A closed finding is fixed, or its image is gone. A suppressed one still counts here: Amazon's rules do not decide.
  const known = vulnerabilities.filter(({ status }) => status !== "CLOSED");
  const active = known.filter(({ status }) => status === "ACTIVE");
  const image = known[0]?.resources[0]?.details?.awsEcrContainerImage;
  const platform = platformOf(image?.platform ?? "");
  // A suppressed finding also shows that Amazon knows the distribution.
  const packages = known.flatMap((row) => row.packageVulnerabilityDetails?.vulnerablePackages ?? []);
  const others = all.length - vulnerabilities.length;
  return {
    claim: image?.repositoryName ? `${image.repositoryName}:${image.imageTags[0] ?? ""}`.replace(/:$/, "") : undefined,
    system: platform,
    rows: rowsOf(active, platform),
    suppressed: known.length - active.length,
    looked: {
      kind: "image",
      hasAdvisories: "unknown",
      matchedSystem: known.some(isByVendor),
      packages: packages.map((each) => ({ type: kindNamed(each.packageManager), system: isOfSystem(each) })),
    },
    provenance: {
      ...dates,
      source: "existing findings of Amazon Inspector",
      notes: others > 0 ? [`${others} of the findings are not about packages and were left out.`] : [],
    },
  };
}

/** Types of findings that are not about packages. */
const OTHERS = /^(?:NETWORK_REACHABILITY|CODE_VULNERABILITY)$/;

/** Sources of advisories that are a distribution's own, such as `DEBIAN_CVE`. */
const VENDORS = /^(?:ALMA|ALPINE|AMAZON|CENTOS|CHAINGUARD|DEBIAN|FEDORA|ORACLE|PHOTON|REDHAT|ROCKY|SUSE|UBUNTU)/i;

function isByVendor({ packageVulnerabilityDetails: details }: InspectorFinding): boolean {
  const isSystems = details?.vulnerablePackages.some(isOfSystem) === true;
  return isSystems && VENDORS.test(details?.source ?? "");
}

/** @throws GateError `report-unfinished`, `report-invalid` */
function ecrAnswer(document: Json) {
  const answer = AMAZON.checked(ecrSchema, document);
  requireWhole(answer);
  const { imageScanStatus, imageScanFindings } = answer;
  // ACTIVE is the state of continuous scanning.
  AMAZON.requireEnded("imageScanStatus", imageScanStatus?.status, /^(?:COMPLETE|ACTIVE)$/);
  const {
    enhancedFindings,
    findingSeverityCounts: counts,
    imageScanCompletedAt,
    vulnerabilitySourceUpdatedAt,
  } = imageScanFindings ?? {};
  if (!enhancedFindings)
    throw AMAZON.invalid(
      "is from ECR's basic scan, or has no `enhancedFindings`: a basic scan does not show which findings have a fix",
    );
  // An older command line keeps only the first page of these findings.
  if (Object.values(counts ?? {}).reduce((sum, count) => sum + count, 0) > enhancedFindings.length)
    throw AMAZON.unfinished("it lists fewer findings than its `findingSeverityCounts`");
  return {
    findings: enhancedFindings,
    scannedAt: dateIn(imageScanCompletedAt),
    databaseUpdatedAt: dateIn(vulnerabilitySourceUpdatedAt),
  };
}

/** @throws GateError `report-unfinished`, `report-not-chosen`, `report-invalid` */
function inspectorAnswer(document: Json, { as }: Target) {
  const answer = AMAZON.checked(inspectorSchema, document);
  requireWhole(answer);
  const images = imagesOf(answer.findings);
  const asked = as === undefined ? undefined : parseReference(as)?.digest;
  if (asked !== undefined && images.includes(asked))
    return { findings: answer.findings.filter((each) => imagesOf([each]).includes(asked)) };
  if (images.length === 1 && images[0] !== "") return { findings: answer.findings };
  throw new GateError(
    "report-not-chosen",
    `The findings of Amazon Inspector are about ${images.length} resources, and the line does not name one image`,
    "Name the image by its digest, such as `findings.json as ghcr.io/acme/app@sha256:…`; one file may have findings on several images.",
  );
}

function requireWhole({ nextToken, NextToken }: z.output<typeof inspectorSchema> | z.output<typeof ecrSchema>): void {
  if (nextToken || NextToken) throw AMAZON.unfinished("it has a `nextToken`, so there are more pages of findings");
}

/** `DEBIAN_10`, `AMAZON_LINUX_2`, `UBUNTU_22_04`. Undefined: it names no release. */
function platformOf(text: string): NamedSystem | undefined {
  const [, name, version] = /^([A-Z][A-Z_]*?)(?:_LINUX)?_(\d+(?:_\d+)*)$/i.exec(text) ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { name: name.toLowerCase(), version: version.replaceAll("_", ".") };
}

function isOfSystem({ packageManager }: VulnerablePackage): boolean {
  return packageManager === "OS";
}

/** One of Amazon's findings is a row for each package that it names. */
function* rowsOf(active: readonly InspectorFinding[], platform: NamedSystem | undefined): Generator<ReportedRow> {
  for (const [index, row] of active.entries()) {
    const { packageVulnerabilityDetails: details, description, severity: stated, inspectorScore, score } = row;
    const { vulnerabilityId = "", relatedVulnerabilities = [], vulnerablePackages = [], sourceUrl } = details ?? {};
    const said = {
      advisories: advisoriesOf(vulnerabilityId, relatedVulnerabilities.flatMap(idsIn)),
      severity: AMAZON.severityOf([stated], inspectorScore || score || undefined, ["findings", index, "severity"]),
      description,
      links: sourceUrl,
    };
    if (vulnerablePackages.length === 0) yield { ...said, fix: fixesIn("") };
    for (const each of vulnerablePackages)
      yield { ...said, about: packageOf(each, platform), fix: fixOf(each, row.fixAvailable) };
  }
}

/** `0:4.19.232-1`, or `NotAvailable`. */
function fixOf({ fixedInVersion }: VulnerablePackage, isAvailable: InspectorFinding["fixAvailable"]): StatedFix {
  const { versions } = fixesIn((fixedInVersion ?? "").replace(/^0:/, ""));
  return { versions, isUnreadable: versions.length === 0 && isAvailable === "YES" };
}

function packageOf(
  each: VulnerablePackage,
  platform: NamedSystem | undefined,
): FindingPackage & { readonly path?: string | undefined } {
  const { name, epoch, release, arch, packageManager: manager, filePath } = each;
  const version = `${epoch ? `${epoch}:` : ""}${each.version ?? ""}${release ? `-${release}` : ""}`;
  if (isOfSystem(each)) return systemPackage({ name, version, arch: arch?.toLowerCase() }, platform);
  return { ...applicationPackage({ name, version }, kindNamed(manager)), path: pathIn(filePath) };
}
