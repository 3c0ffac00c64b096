import { z } from "zod";
import { listOf, word } from "../given-report.ts";

// Google's Artifact Analysis, as `gcloud artifacts docker images describe --format=json` writes it.

const versionSchema = z.object({ fullName: word.nullish(), kind: word.nullish() }).nullish();

const issueSchema = z.object({
  affectedPackage: word,
  affectedCpeUri: word.nullish(),
  affectedVersion: versionSchema,
  effectiveSeverity: word.nullish(),
  fileLocation: listOf(z.object({ filePath: word.nullish() })),
  fixedVersion: versionSchema,
  packageType: word.nullish(),
});
export type PackageIssue = z.output<typeof issueSchema>;

const occurrenceSchema = z.object({
  noteName: word.nullish(),
  vulnerability: z.object({
    effectiveSeverity: word.nullish(),
    severity: word.nullish(),
    cvssScore: z.number().min(0).max(10).nullish(),
    shortDescription: word.nullish(),
    packageIssue: z.array(issueSchema).min(1),
    relatedUrls: listOf(z.object({ url: z.string().nullish() })),
  }),
});
export type Occurrence = z.output<typeof occurrenceSchema>;

const discoverySchema = z.object({
  discovery: z.object({ analysisStatus: word.nullish(), lastScanTime: word.nullish() }),
});

export const documentSchema = z.object({
  image_summary: z.object({ digest: word.nullish(), fully_qualified_digest: word.nullish() }),
  discovery_summary: z.object({ discovery: listOf(discoverySchema) }).nullish(),
  package_vulnerability_summary: z
    .object({ vulnerabilities: z.record(z.string(), z.array(occurrenceSchema).nullish()).nullish() })
    .nullish(),
});
export type GoogleDocument = z.output<typeof documentSchema>;
