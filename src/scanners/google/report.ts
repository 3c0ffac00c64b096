import { type Ecosystem, UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { advisoriesOf } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn } from "../../domain/foreign/fixes.ts";
import { applicationPackage, type NamedSystem, systemPackage } from "../../domain/foreign/systems.ts";
import { isDigest, referenceParts } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
import { type Severity, severityOfScore } from "../../domain/severity.ts";
import type { ScanResult, Target } from "../../domain/target.ts";
import {
  checked,
  dateIn,
  neverScanned,
  pathIn,
  type ReportedRow,
  type ReportSource,
  reportedScan,
  severityOfWord,
  unfinishedReport,
} from "../given-report.ts";
import type { GivenReportOptions, ReportReader } from "../scanner.ts";
import { documentSchema, type GoogleDocument, type Occurrence, type PackageIssue } from "./schema.ts";

const GOOGLE: ReportSource = {
  name: "Google Artifact Analysis",
  remedy:
    "Make it by `gcloud artifacts docker images describe IMAGE --show-package-vulnerability --format=json`, once the analysis has ended well.",
};

/** Reads what `gcloud` writes of Artifact Analysis about one image. */
export const googleReports: ReportReader = {
  name: GOOGLE.name,
  madeBy:
    "Google Artifact Analysis (`gcloud artifacts docker images describe … --show-package-vulnerability --format=json`)",
  owns: (document) =>
    isObject(document) &&
    isObject(document.image_summary) &&
    ("fully_qualified_digest" in document.image_summary || "digest" in document.image_summary),
  digests: (document) => digestsIn(documentSchema.shape.image_summary.safeParse(imageIn(document)).data),
  given: ({ value }, target, options) => scanOf(value, target, options),
};

function imageIn(document: unknown): unknown {
  return isObject(document) ? document.image_summary : undefined;
}

function digestsIn(image: GoogleDocument["image_summary"] | undefined): string[] {
  const named = [image?.digest ?? "", referenceParts(image?.fully_qualified_digest ?? "").digest ?? ""];
  return [...new Set(named)].filter(isDigest);
}

function scanOf(value: unknown, target: Target, options: GivenReportOptions): ScanResult {
  const document = checked(documentSchema, value, GOOGLE);
  requireFinished(document);
  const found = Object.values(document.package_vulnerability_summary?.vulnerabilities ?? {}).flatMap(
    (all) => all ?? [],
  );
  const issues = found.flatMap(({ vulnerability }) => vulnerability.packageIssue);
  const [system] = issues.flatMap((issue) => systemOf(issue.affectedCpeUri ?? "") ?? []);
  const scanned = (document.discovery_summary?.discovery ?? []).map(
    ({ discovery }) => dateIn(discovery.lastScanTime) ?? "",
  );
  return reportedScan(GOOGLE, target, options, {
    claim: document.image_summary.fully_qualified_digest?.split("@")[0],
    artifact: { referenceDigest: digestsIn(document.image_summary)[0] },
    system,
    rows: rowsOf(found),
    looked: {
      kind: "image",
      hasAdvisories: "unknown",
      matchedSystem: system !== undefined && issues.some(isOfSystem),
      packages: issues.map((issue) => ({ type: typeOf(issue), system: isOfSystem(issue) })),
    },
    provenance: {
      scannedAt: scanned.sort()[0] || undefined,
      source: "an existing answer of Google Artifact Analysis",
    },
  });
}

/** States that no waiting changes (Artifact Analysis' `DiscoveryOccurrence.AnalysisStatus`). */
const NEVER: ReadonlyMap<string, string> = new Map([
  ["FINISHED_FAILED", "the analysis of the image has failed for good"],
  ["FINISHED_UNSUPPORTED", "Google does not analyse such an image"],
]);

/** @throws GateError `report-unfinished` */
function requireFinished({ discovery_summary: summary, package_vulnerability_summary: found }: GoogleDocument): void {
  const states = (summary?.discovery ?? []).map(({ discovery }) => discovery.analysisStatus ?? "");
  if (states.length === 0)
    throw unfinishedReport(GOOGLE, "it has no `discovery_summary`, which says whether the image was analysed");
  const never = states.find((state) => NEVER.has(state));
  if (never !== undefined) throw neverScanned(GOOGLE, `its \`analysisStatus\` is \`${never}\`: ${NEVER.get(never)}`);
  if (states.some((state) => state !== "FINISHED_SUCCESS"))
    throw unfinishedReport(GOOGLE, "its `analysisStatus` is not FINISHED_SUCCESS");
  if (found === undefined || found === null)
    throw unfinishedReport(
      GOOGLE,
      "it has no `package_vulnerability_summary`, as without `--show-package-vulnerability`",
    );
}

/** Kinds of packages for each ecosystem whose rules are known. */
const ECOSYSTEMS: ReadonlyMap<string, Ecosystem> = new Map([
  ["GO", "go"],
  ["GO_STDLIB", "go"],
  ["MAVEN", "maven"],
  ["NPM", "npm"],
  ["NUGET", "nuget"],
  ["PYPI", "pypi"],
  ["RUST", "cargo"],
]);

function isOfSystem({ packageType: type }: PackageIssue): boolean {
  return !type || type === "OS";
}

function typeOf({ packageType: type }: PackageIssue): string {
  return ECOSYSTEMS.get(type ?? "") ?? (type?.toLowerCase() || UNSPECIFIED_TYPE);
}

/** Names of distributions in CPEs: `cpe:/o:debian:debian_linux:12`. */
const CPE_NAMES: ReadonlyMap<string, string> = new Map([
  ["alpine_linux", "alpine"],
  ["centos", "centos"],
  ["debian_linux", "debian"],
  ["enterprise_linux", "redhat"],
  ["linux_enterprise_server", "sles"],
  ["rocky_linux", "rocky"],
  ["ubuntu_linux", "ubuntu"],
]);

function systemOf(cpe: string): NamedSystem | undefined {
  const [, name, version] = /^cpe:\/o:[\w.-]+:([\w.-]+):([\w.]+)/.exec(cpe) ?? [];
  return name === undefined || version === undefined ? undefined : { name: CPE_NAMES.get(name) ?? name, version };
}

function* rowsOf(found: readonly Occurrence[]): Generator<ReportedRow> {
  let row = 0;
  for (const { noteName, vulnerability } of found) {
    const own = noteName?.split("/").at(-1) || vulnerability.shortDescription || "a vulnerability without a name";
    const advisories = advisoriesOf(own, []);
    for (const issue of vulnerability.packageIssue)
      yield {
        advisories,
        severity: severityOf(vulnerability, issue, ["vulnerabilities", row++]),
        links: vulnerability.relatedUrls[0]?.url,
        about: packageOf(issue),
        fixedVersions: issue.fixedVersion?.kind === "NORMAL" ? fixesIn(issue.fixedVersion.fullName ?? "").versions : [],
      };
  }
}

/** The distribution's severity where there is one, else the word or the score of CVSS. */
function severityOf(
  { effectiveSeverity, severity, cvssScore: score }: Occurrence["vulnerability"],
  issue: PackageIssue,
  at: readonly PropertyKey[],
): Severity {
  const words = [issue.effectiveSeverity, effectiveSeverity, severity];
  const word = words.find((each) => each && each !== "SEVERITY_UNSPECIFIED");
  if (!word) return score ? severityOfScore(score) : "UNKNOWN";
  return word === "MINIMAL" ? "LOW" : severityOfWord(word, GOOGLE, [...at, "effectiveSeverity"]);
}

function packageOf(issue: PackageIssue): ReportedRow["about"] {
  const named = { name: issue.affectedPackage, version: issue.affectedVersion?.fullName ?? "" };
  if (isOfSystem(issue)) return systemPackage(named, systemOf(issue.affectedCpeUri ?? ""));
  return { ...applicationPackage(named, typeOf(issue)), path: pathIn(issue.fileLocation[0]?.filePath) };
}
