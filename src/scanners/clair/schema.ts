import { z } from "zod";
import { NAMED } from "../../domain/foreign/advisory-ids.ts";
import { listOf, type ReportSource, word } from "../given-report.ts";

export const CLAIR: ReportSource = {
  name: "Clair",
  remedy: "Make it again with `clairctl report -o json IMAGE` of Clair 4, and give the file as it was written.",
};

export const QUAY: ReportSource = {
  name: "Quay",
  remedy:
    "Wait until Quay has scanned the image, and give its whole answer to `GET …/manifest/DIGEST/security?vulnerabilities=true`.",
};

// Clair's VulnerabilityReport (quay/clair `httptransport/types/v1`), as far as it is read. Ids hold in it alone.

/** Go writes an empty list or map that was never filled as `null`. */
const mapOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((map) => new Map<string, z.output<Value>>(Object.entries(map ?? {}) as [string, z.output<Value>][]));

const packageSchema = z.object({
  name: word,
  version: word,
  kind: word.nullish(),
  arch: word.nullish(),
  module: word.nullish(),
  source: z.object({ name: word.nullish(), version: word.nullish() }).nullish(),
});
export type ClairPackage = z.output<typeof packageSchema>;

const distributionSchema = z.object({ did: word.nullish(), version: word.nullish(), version_id: word.nullish() });
export type ClairDistribution = z.output<typeof distributionSchema>;

const environmentSchema = z.object({ package_db: word.nullish(), distribution_id: word.nullish() });

/** claircore writes other names' capitals in each version, and has lost the namespace in some. */
const aliasSchema = z.union([
  z.string().max(1000),
  z.looseObject({
    Space: z.unknown().optional(),
    Name: z.string().max(1000).optional(),
    space: z.unknown().optional(),
    name: z.string().max(1000).optional(),
  }),
]);
export type ClairAlias = z.output<typeof aliasSchema>;

const vulnerabilitySchema = z.object({
  name: z.string().regex(NAMED).max(5000),
  description: z.string().nullish(),
  issued: word.nullish(),
  links: z.string().max(200_000).nullish(),
  normalized_severity: word.nullish(),
  distribution: distributionSchema.nullish(),
  fixed_in_version: z.string().max(20_000).nullish(),
  /** Of Go and npm: `[` is the first affected version, `)` the first one that is not. */
  range: z.object({ ")": word.nullish() }).nullish(),
  Aliases: listOf(aliasSchema),
  aliases: listOf(aliasSchema),
  Invert: z.boolean().nullish(),
  invert: z.boolean().nullish(),
});
export type ClairVulnerability = z.output<typeof vulnerabilitySchema>;

export const reportSchema = z.object({
  manifest_hash: z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/),
  packages: mapOf(packageSchema),
  distributions: mapOf(distributionSchema),
  environments: mapOf(listOf(environmentSchema)),
  vulnerabilities: mapOf(vulnerabilitySchema),
  package_vulnerabilities: mapOf(listOf(z.string().max(1000))),
  enrichments: mapOf(listOf(z.unknown())),
});
export type ClairReport = z.output<typeof reportSchema>;

/** What makes a report. Without these lists, it is unknown whether there are findings. */
export const REQUIRED = ["packages", "distributions", "environments", "vulnerabilities", "package_vulnerabilities"];

/** Entries of the enricher `clair.cvss`, by the vulnerability's id. */
export const scoresSchema = mapOf(
  listOf(z.object({ baseScore: z.number().min(0).max(10).nullish(), baseSeverity: word.nullish() })),
);
