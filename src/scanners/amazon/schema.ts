import { z } from "zod";
import { NAMED } from "../../domain/foreign/advisory-ids.ts";
import { listOf, word } from "../given-report.ts";

// Amazon Inspector's findings (API `inspector2` ListFindings), which ECR's enhanced scanning has as well.

const packageSchema = z.object({
  name: word,
  version: word.nullish(),
  release: word.nullish(),
  epoch: z.number().int().min(0).nullish(),
  arch: word.nullish(),
  packageManager: word.nullish(),
  filePath: word.nullish(),
  fixedInVersion: word.nullish(),
});
export type VulnerablePackage = z.output<typeof packageSchema>;

const imageSchema = z
  .object({
    imageHash: word.nullish(),
    imageTags: listOf(word),
    platform: word.nullish(),
    repositoryName: word.nullish(),
  })
  .nullish();

export const findingSchema = z.object({
  type: word.nullish(),
  status: word,
  severity: word,
  title: word.nullish(),
  description: z.string().nullish(),
  inspectorScore: z.number().min(0).max(10).nullish(),
  score: z.number().min(0).max(10).nullish(),
  packageVulnerabilityDetails: z
    .object({
      vulnerabilityId: z.string().regex(NAMED).max(1000),
      relatedVulnerabilities: listOf(word),
      source: word.nullish(),
      sourceUrl: z.string().nullish(),
      vendorCreatedAt: word.nullish().catch(undefined),
      vulnerablePackages: listOf(packageSchema),
    })
    .nullish(),
  resources: listOf(z.object({ details: z.object({ awsEcrContainerImage: imageSchema }).nullish() })),
});
export type InspectorFinding = z.output<typeof findingSchema>;

/** The answer of `aws inspector2 list-findings`. */
export const inspectorSchema = z.object({
  nextToken: z.string().nullish(),
  findings: z.array(findingSchema).max(200_000),
});

/** The answer of `aws ecr describe-image-scan-findings`. Dates are text, or seconds by an option. */
export const ecrSchema = z.object({
  nextToken: z.string().nullish(),
  imageId: z.object({ imageDigest: word.nullish() }).nullish(),
  imageScanStatus: z.object({ status: word.nullish() }).nullish(),
  imageScanFindings: z
    .object({
      imageScanCompletedAt: word.nullish().catch(undefined),
      vulnerabilitySourceUpdatedAt: word.nullish().catch(undefined),
      enhancedFindings: z.array(findingSchema).max(200_000).nullish(),
    })
    .nullish(),
});
