import { z } from "zod";
import { advisoriesOf } from "../../domain/foreign/advisory-ids.ts";
import { fixesIn } from "../../domain/foreign/fixes.ts";
import { applicationPackage, type NamedSystem, systemPackage } from "../../domain/foreign/systems.ts";
import { isDigest, referenceParts } from "../../domain/image/reference.ts";
import { isObject } from "../../domain/json/is-object.ts";
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

const GOOGLE = new ReportSource({
  name: "Google Artifact Analysis",
  remedy:
    "Make it with `gcloud artifacts docker images describe IMAGE --show-package-vulnerability --format=json`, once the analysis has ended well.",
  lowest: /^(?:minimal|negligible)$/i,
});

// Google's Artifact Analysis, as `gcloud artifacts docker images describe --format=json` writes it.

const versionSchema = z.object(words("fullName", "kind")).nullish();

/** A missing severity counts as a word, too. */
const severity = word.nullish().transform((stated) => (stated === "SEVERITY_UNSPECIFIED" ? undefined : stated));

const issueSchema = z.object({
  ...words("affectedCpeUri", "packageType"),
  affectedPackage: word,
  affectedVersion: versionSchema,
  effectiveSeverity: severity,
  fileLocation: listOf(z.object(words("filePath"))),
  fixedVersion: versionSchema,
});
type PackageIssue = z.output<typeof issueSchema>;

const occurrenceSchema = z.object({
  noteName: word.nullish(),
  vulnerability: z.object({
    effectiveSeverity: severity,
    severity,
    cvssScore: z.number().min(0).max(10).nullish(),
    shortDescription: word.nullish(),
    packageIssue: z.array(issueSchema).min(1),
    relatedUrls: listOf(z.object({ url: z.string().nullish() })),
  }),
});
type Occurrence = z.output<typeof occurrenceSchema>;

const discoverySchema = z.object({
  discovery: z.object(words("analysisStatus", "lastScanTime")),
});

const documentSchema = z.object({
  image_summary: z.object(words("digest", "fully_qualified_digest")),
  discovery_summary: z.object({ discovery: listOf(discoverySchema) }).nullish(),
  package_vulnerability_summary: z
    .object({
      total_vulnerability_found: z.number().nullish(),
      vulnerabilities: z.record(z.string(), z.array(occurrenceSchema).nullish()).nullish(),
    })
    .nullish(),
});
type GoogleDocument = z.output<typeof documentSchema>;

/** Reads `gcloud`'s output of Artifact Analysis about one image. */
export const googleReports = GOOGLE.reader({
  madeBy:
    "Google Artifact Analysis (`gcloud artifacts docker images describe … --show-package-vulnerability --format=json`)",
  owns: ({ image_summary: image }) => isObject(image) && ("fully_qualified_digest" in image || "digest" in image),
  digests: (document) =>
    digestsIn(documentSchema.pick({ image_summary: true }).safeParse(document).data?.image_summary),
  parts: partsOf,
});

function digestsIn(image: GoogleDocument["image_summary"] | undefined) {
  return [image?.digest, referenceParts(image?.fully_qualified_digest ?? "").digest];
}

function partsOf(value: Json): ReportedParts {
  const document = GOOGLE.checked(documentSchema, value);
  const found = finishedFindings(document);
  const issues = found.flatMap(({ vulnerability }) => vulnerability.packageIssue);
  const [system] = issues.flatMap((issue) => systemOf(issue.affectedCpeUri ?? "") ?? []);
  const scanned = (document.discovery_summary?.discovery ?? []).map(
    ({ discovery }) => dateIn(discovery.lastScanTime) ?? "",
  );
  return {
    claim: document.image_summary.fully_qualified_digest?.split("@")[0],
    digest: digestsIn(document.image_summary).find((each) => isDigest(each ?? "")) ?? undefined,
    system,
    rows: rowsOf(found),
    looked: {
      kind: "image",
      hasAdvisories: "unknown",
      matchedSystem: system !== undefined && issues.some(isOfSystem),
      packages: issues.map((issue) => ({ type: kindNamed(issue.packageType), system: isOfSystem(issue) })),
    },
    provenance: {
      scannedAt: scanned.sort()[0] || undefined,
      source: "an existing answer of Google Artifact Analysis",
    },
  };
}

/** @throws GateError `report-unfinished` */
function finishedFindings({ discovery_summary: summary, package_vulnerability_summary: found }: GoogleDocument) {
  const states = (summary?.discovery ?? []).map(({ discovery }) => discovery.analysisStatus);
  for (const state of states.length === 0 ? [undefined] : states)
    GOOGLE.requireEnded("analysisStatus", state, /^FINISHED_SUCCESS$/);
  if (found === undefined || found === null)
    throw GOOGLE.unfinished("it has no `package_vulnerability_summary`, as without `--show-package-vulnerability`");
  const all = Object.values(found.vulnerabilities ?? {}).flatMap((listed) => listed ?? []);
  if ((found.total_vulnerability_found ?? 0) > all.length)
    throw GOOGLE.unfinished("it lists fewer vulnerabilities than its `total_vulnerability_found`");
  return all;
}

function isOfSystem({ packageType: type }: PackageIssue): boolean {
  return !type || type === "OS";
}

/** Distributions whose name in a CPE (`cpe:/o:debian:debian_linux:12`) is not their own name with `_linux`. */
const CPE_NAMES: ReadonlyMap<string, string> = new Map([
  ["enterprise_linux", "redhat"],
  ["linux_enterprise_server", "sles"],
]);

function systemOf(cpe: string): NamedSystem | undefined {
  const [, name, version] = /^cpe:\/o:[\w.-]+:([\w.-]+):([\w.]+)/.exec(cpe) ?? [];
  return name === undefined || version === undefined
    ? undefined
    : { name: CPE_NAMES.get(name) ?? name.replace(/_linux$/, ""), version };
}

function* rowsOf(found: readonly Occurrence[]): Generator<ReportedRow> {
  let row = 0;
  for (const { noteName, vulnerability } of found) {
    const own = noteName?.split("/").at(-1) || vulnerability.shortDescription || "a vulnerability without a name";
    const advisories = advisoriesOf(own, []);
    for (const issue of vulnerability.packageIssue) {
      // The distribution's severity if it has one, otherwise the word or the score of CVSS.
      const stated = [issue.effectiveSeverity, vulnerability.effectiveSeverity, vulnerability.severity];
      const at = ["vulnerabilities", row++, "effectiveSeverity"];
      yield {
        advisories,
        severity: GOOGLE.severityOf(stated, vulnerability.cvssScore || undefined, at),
        links: vulnerability.relatedUrls[0]?.url,
        about: packageOf(issue),
        // MAXIMUM means that there is no fix.
        fix: fixesIn(issue.fixedVersion?.kind === "MAXIMUM" ? "" : (issue.fixedVersion?.fullName ?? "")),
      };
    }
  }
}

function packageOf(issue: PackageIssue): ReportedRow["about"] {
  const named = { name: issue.affectedPackage, version: issue.affectedVersion?.fullName ?? "" };
  if (isOfSystem(issue)) return systemPackage(named, systemOf(issue.affectedCpeUri ?? ""));
  return { ...applicationPackage(named, kindNamed(issue.packageType)), path: pathIn(issue.fileLocation[0]?.filePath) };
}
