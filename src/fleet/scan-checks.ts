import { z } from "zod";
import { ECOSYSTEMS } from "../domain/finding.ts";
import { seenCoverage } from "../domain/report/coverage-schema.ts";
import { seenFinding } from "../domain/report/finding-schema.ts";
import { artifact, installed, opinionSource, provenance } from "../domain/report/target-schema.ts";
import { SEVERITIES } from "../domain/severity.ts";
import type { ScanResult } from "../domain/target.ts";

const ecosystem = z.enum(ECOSYSTEMS).optional();
const texts = z.array(z.string());

const finding = seenFinding.extend({
  package: seenFinding.shape.package.unwrap().extend({ ecosystem }).optional(),
  description: z.string().optional(),
  publishedAt: z.string().optional(),
  byName: z.literal(true).optional(),
  bySystem: z.literal(true).optional(),
  raisedFrom: z.enum(SEVERITIES).optional(),
});

const seenPackage = installed.extend({
  ecosystem,
  listedIn: z.enum(["own-file", "program"]).optional(),
  diffId: z.string().optional(),
  id: z.string().optional(),
  relationship: z.string().optional(),
  dependsOn: texts.optional(),
});

const build = z.object({
  baseName: z.string().optional(),
  baseDigest: z.string().optional(),
  baseLayers: z.int().optional(),
  // JSON has no undefined in lists.
  instructions: z.array(
    z
      .string()
      .nullable()
      .transform((each) => each ?? undefined),
  ),
});

/** A scan's result that another job of the run has made: the report's schema, and what only the domain has. */
export const scanResult = z.object({
  artifact: artifact.transform(({ packages, ...rest }) => ({ ...rest, packages })),
  build: build.optional(),
  packages: z.array(seenPackage),
  layers: texts,
  findings: z.array(finding),
  suppressed: z.int(),
  coverage: seenCoverage.optional(),
  advisoriesFor: texts.optional(),
  blindTo: texts.optional(),
  opinions: z.array(opinionSource).optional(),
  provenance,
}) satisfies z.ZodType<ScanResult>;
