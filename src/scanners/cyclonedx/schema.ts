import { z } from "zod";
import { NAMED } from "../../domain/foreign/advisory-ids.ts";
import { listOf, type ReportSource, word } from "../given-report.ts";

export const CYCLONEDX: ReportSource = {
  name: "CycloneDX",
  remedy:
    "Let the scanner write its findings and its components into one CycloneDX file, and give it as it was written.",
};

// CycloneDX from 1.4 on, as far as a report of vulnerabilities needs it.

const componentSchema = z.object({
  type: word.nullish(),
  name: word.nullish(),
  group: word.nullish(),
  version: word.nullish(),
  purl: z.string().max(10_000).nullish(),
  "bom-ref": z.string().max(10_000).nullish(),
  properties: listOf(z.object({ name: word.nullish(), value: z.string().nullish() })),
});
export type Component = z.output<typeof componentSchema>;

/** A component's own fields. Those in it are read apart, since they may nest deep. */
export const nestedSchema = componentSchema.extend({ components: z.array(z.unknown()).nullish() });

const sourceSchema = z.object({ name: word.nullish() }).nullish();
const ratingSchema = z.object({
  source: sourceSchema,
  score: z.number().min(0).max(10).nullish(),
  severity: word.nullish(),
  method: word.nullish(),
});
export type Rating = z.output<typeof ratingSchema>;

export const vulnerabilitySchema = z.object({
  id: z.string().regex(NAMED).max(1000),
  references: listOf(z.object({ id: word.nullish() })),
  ratings: listOf(ratingSchema),
  description: z.string().nullish(),
  recommendation: z.string().max(200_000).nullish(),
  published: word.nullish(),
  source: z.object({ url: z.string().nullish() }).nullish(),
  advisories: listOf(z.object({ url: z.string().nullish() })),
  affects: listOf(
    z.object({
      ref: z.string().max(10_000),
      versions: listOf(z.object({ version: word.nullish(), range: word.nullish(), status: word.nullish() })),
    }),
  ),
  analysis: z.object({ state: word.nullish() }).nullish(),
});
export type Vulnerability = z.output<typeof vulnerabilitySchema>;

const toolSchema = z.object({ name: word.nullish(), version: word.nullish() });

export const documentSchema = z.object({
  specVersion: word,
  serialNumber: word.nullish(),
  metadata: z
    .object({
      timestamp: word.nullish(),
      // A list until 1.4, later an object.
      tools: z.union([z.array(toolSchema), z.object({ components: listOf(toolSchema) })]).nullish(),
      component: z.unknown().optional(),
    })
    .nullish(),
  components: z.array(z.unknown()).nullish(),
  vulnerabilities: z.array(vulnerabilitySchema).min(1).max(500_000),
});
export type Document = z.output<typeof documentSchema>;
