import { z } from "zod";
import { NAMED } from "../../../domain/foreign/advisory-ids.ts";
import type { ReportSource } from "../../given-report.ts";

export const GRYPE: ReportSource = {
  name: "Grype",
  remedy: "Make it again with `grype -o json`, and give the file as Grype wrote it.",
  lowest: /^negligible$/i,
};

// Grype's JSON (`grype/presenter/models` of anchore/grype), as far as it is read. Go writes an empty list as `null`.

const word = z.string().max(1000);

const advisorySchema = z.object({
  id: z.string().regex(NAMED).max(1000),
  severity: word.nullish(),
  description: z.string().nullish(),
  /** {@link scoresSchema} reads it where it counts. */
  cvss: z.unknown().optional(),
});

const vulnerabilitySchema = advisorySchema.extend({
  dataSource: z.string().nullish(),
  namespace: word.nullish(),
  fix: z.object({ versions: z.array(word).nullish(), state: word.nullish() }).nullish(),
});

export const scoresSchema = z.array(z.object({ metrics: z.object({ baseScore: z.number().nullish() }).nullish() }));

const detailSchema = z.object({
  type: word.nullish(),
  fix: z.object({ suggestedVersion: word.nullish() }).nullish(),
});

const locationSchema = z.object({
  path: z.string().max(5000).nullish(),
  layerID: word.nullish(),
  annotations: z.record(z.string(), z.unknown()).nullish(),
});

const artifactSchema = z.object({
  id: word.nullish(),
  name: z.string().max(5000),
  version: z.string().max(5000),
  type: word,
  locations: z.array(locationSchema).nullish(),
  purl: z.string().max(10_000).nullish(),
  upstreams: z.array(z.object({ name: z.string().max(5000) })).nullish(),
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
  vulnerability: word.nullish(),
  reason: word.nullish(),
  "match-type": word.nullish(),
  package: z.looseObject({ name: word.nullish(), type: word.nullish(), "upstream-name": word.nullish() }).nullish(),
});
export type IgnoreRule = z.output<typeof ruleSchema>;

export const ignoredSchema = matchSchema.extend({ appliedIgnoreRules: z.array(ruleSchema) });
export type IgnoredMatch = z.output<typeof ignoredSchema>;

/** Of an image; of a folder it is its path. The image's configuration and manifest are in it, and are never read. */
export const imageSchema = z.object({
  userInput: z.string().max(5000).nullish(),
  imageID: word.nullish(),
  manifestDigest: word.nullish(),
  tags: z.array(z.string().max(5000)).nullish(),
  repoDigests: z.array(z.string().max(5000)).nullish(),
  layers: z.array(z.object({ digest: word })).nullish(),
  architecture: word.nullish(),
  os: word.nullish(),
});
export type ImageSource = z.output<typeof imageSchema>;

const statusSchema = z.object({
  built: word.nullish(),
  schemaVersion: z.union([word, z.number()]).nullish(),
  valid: z.boolean().nullish(),
  error: z.unknown().optional(),
});

/** Since database version 6 the status is a part of it; before, it was all. */
export const databaseSchema = statusSchema.extend({
  status: statusSchema.nullish(),
  providers: z.record(z.string(), z.looseObject({ captured: word.nullish() })).nullish(),
});
export type DatabaseFacts = z.output<typeof databaseSchema>;

export const documentSchema = z.object({
  matches: z.array(z.unknown()).max(500_000),
  ignoredMatches: z.array(z.unknown()).max(500_000).nullish(),
  source: z.object({ type: word, target: z.unknown().optional() }),
  distro: z.object({ name: word.nullish(), version: word.nullish() }).nullish(),
  descriptor: z.object({
    name: z.literal("grype"),
    version: word,
    db: z.unknown().optional(),
    timestamp: word.nullish(),
    configuration: z.unknown().optional(),
  }),
});
export type GrypeDocument = z.output<typeof documentSchema>;

/** What of Grype's own settings leaves something out, or decides by whose advisories packages are matched. */
export const settingsSchema = z.object({
  exclude: z.array(z.string().max(5000)).nullish().catch(undefined),
  ignore: z.array(ruleSchema).nullish().catch(undefined),
  distro: word.nullish().catch(undefined),
  search: z.object({ "indexed-archives": z.boolean().nullish() }).nullish().catch(undefined),
});
