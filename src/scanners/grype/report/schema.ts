import { z } from "zod";
import { NAMED } from "../../../domain/foreign/advisory-ids.ts";
import { ReportSource, word, words } from "../../given-report.ts";

export const GRYPE = new ReportSource({
  name: "Grype",
  remedy: "Make it again with `grype -o json`, and give the file as Grype wrote it.",
  lowest: /^negligible$/i,
});

// The parts of Grype's JSON (`grype/presenter/models` of anchore/grype) that are read. Go writes an empty list as
// `null`.

const advisorySchema = z.object({
  id: z.string().regex(NAMED).max(1000),
  ...words("severity"),
  description: z.string().nullish(),
  /** {@link scoresSchema} reads it if it counts. */
  cvss: z.unknown().optional(),
});

const vulnerabilitySchema = advisorySchema.extend({
  ...words("namespace"),
  dataSource: z.string().nullish(),
  fix: z.object({ ...words("state"), versions: z.array(word).nullish() }).nullish(),
});

export const scoresSchema = z.array(z.object({ metrics: z.object({ baseScore: z.number().nullish() }).nullish() }));

const detailSchema = z.object({ ...words("type"), fix: z.object(words("suggestedVersion")).nullish() });

const locationSchema = z.object({
  ...words("path", "layerID"),
  annotations: z.record(z.string(), z.unknown()).nullish(),
});

const artifactSchema = z.object({
  ...words("id"),
  ...{ name: word, version: word, type: word },
  locations: z.array(locationSchema).nullish(),
  purl: z.string().max(10_000).nullish(),
});
export type Artifact = z.output<typeof artifactSchema>;

export const matchSchema = z.object({
  vulnerability: vulnerabilitySchema,
  relatedVulnerabilities: z.array(advisorySchema).nullish(),
  matchDetails: z.array(detailSchema).nullish(),
  artifact: artifactSchema,
});
export type Match = z.output<typeof matchSchema>;

const ruleSchema = z.looseObject({
  ...words("vulnerability", "reason", "match-type"),
  package: z.looseObject(words("name", "type", "upstream-name")).nullish(),
});
export type IgnoreRule = z.output<typeof ruleSchema>;

export const ignoredSchema = matchSchema.extend({ appliedIgnoreRules: z.array(ruleSchema) });
export type IgnoredMatch = z.output<typeof ignoredSchema>;

/**
 * For an image; for a folder it is its path. It contains the image's configuration and manifest, which are never read.
 */
export const imageSchema = z.object({
  ...words("userInput", "imageID", "manifestDigest", "architecture", "os"),
  tags: z.array(word).nullish(),
  repoDigests: z.array(word).nullish(),
  layers: z.array(z.object({ digest: word })).nullish(),
});
export type ImageSource = z.output<typeof imageSchema>;

const statusSchema = z.object({
  ...words("built"),
  schemaVersion: z.union([word, z.number()]).nullish(),
  valid: z.boolean().nullish(),
  error: z.unknown().optional(),
});

/** Since database version 6 the status is a part of it; before, it was the whole. */
export const databaseSchema = statusSchema.extend({
  status: statusSchema.nullish(),
  providers: z.record(z.string(), z.looseObject(words("captured"))).nullish(),
});
export type DatabaseFacts = z.output<typeof databaseSchema>;

export const documentSchema = z.object({
  matches: z.array(z.unknown()).max(500_000),
  ignoredMatches: z.array(z.unknown()).max(500_000).nullish(),
  source: z.object({ type: word, target: z.unknown().optional() }),
  distro: z.object(words("name", "version")).nullish(),
  descriptor: z.object({
    ...words("timestamp"),
    ...{ name: z.literal("grype"), version: word },
    db: z.unknown().optional(),
    configuration: z.unknown().optional(),
  }),
});
export type GrypeDocument = z.output<typeof documentSchema>;

/** Grype's settings that leave something out, or choose the advisories for packages. */
export const settingsSchema = z.object({
  exclude: z.array(word).nullish().catch(undefined),
  ignore: z.array(ruleSchema).nullish().catch(undefined),
  distro: word.nullish().catch(undefined),
  search: z.object({ "indexed-archives": z.boolean().nullish() }).nullish().catch(undefined),
});
