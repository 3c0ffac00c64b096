import { z } from "zod";
import { memoize } from "../../../domain/memoize.ts";
import { GateError } from "../../../system/errors.ts";
import { listOf, rowCheck } from "./row-check.ts";

// Deliberately minimal: a report may have 100,000 rows, and each checked key costs time. These schemas only describe
// what we use, and ignore Trivy's other fields (its JSON is SchemaVersion 2, `pkg/types/report.go`).

const layer = z.object({ DiffID: z.string().optional() }).optional();

export const vulnerabilitySchema = z.object({
  VulnerabilityID: z.string().min(1),
  PkgName: z.string().optional(),
  PkgPath: z.string().optional(),
  PkgIdentifier: z.object({ PURL: z.string().optional() }).optional(),
  InstalledVersion: z.string().optional(),
  FixedVersion: z.string().optional(),
  Status: z.string().optional(),
  PublishedDate: z.string().optional(),
  Layer: layer,
  PrimaryURL: z.string().optional(),
  Title: z.string().optional(),
  Severity: z.string().optional(),
});

/** Only used if a report shows the description: that is most of a row's text. */
export const explainedVulnerabilitySchema = vulnerabilitySchema.extend({ Description: z.string().optional() });

export const misconfigurationSchema = z.object({
  ID: z.string().min(1),
  Title: z.string().optional(),
  Description: z.string().optional(),
  Severity: z.string().optional(),
  PrimaryURL: z.string().optional(),
  Status: z.string(),
  Layer: layer,
  CauseMetadata: z.object({ StartLine: z.number().optional() }).optional(),
});

export const secretSchema = z.object({
  RuleID: z.string().min(1),
  Title: z.string().optional(),
  Severity: z.string().optional(),
  StartLine: z.number().optional(),
  Layer: layer,
});

export const licenseSchema = z.object({
  Name: z.string(),
  Severity: z.string().optional(),
  Category: z.string().optional(),
  PkgName: z.string().optional(),
  FilePath: z.string().optional(),
  Link: z.string().optional(),
});

export const packageSchema = z.object({
  ID: z.string().optional(),
  Name: z.string().optional(),
  Identifier: z.object({ PURL: z.string().optional() }).optional(),
  Version: z.string().optional(),
  Release: z.string().optional(),
  Epoch: z.number().optional(),
  SrcName: z.string().optional(),
  SrcVersion: z.string().optional(),
  SrcRelease: z.string().optional(),
  SrcEpoch: z.number().optional(),
  Modularitylabel: z.string().optional(),
  BuildInfo: z
    .object({ ContentSets: listOf(z.string()), Nvr: z.string().optional(), Arch: z.string().optional() })
    .optional(),
  Repository: z.object({ Class: z.string().optional() }).optional(),
  Maintainer: z.string().optional(),
  FilePath: z.string().optional(),
  Relationship: z.string().optional(),
  DependsOn: listOf(z.string()),
  Layer: layer,
  InstalledFiles: listOf(z.string()),
  AnalyzedBy: z.string().optional(),
});

/** The keys of a result that have rows. */
export const ROW_KEYS = [
  "Packages",
  "Vulnerabilities",
  "Misconfigurations",
  "Secrets",
  "Licenses",
  "ExperimentalModifiedFindings",
] as const;

const noRows = z.never().optional();

/** A result without its rows, which are checked one by one when they are turned into findings. */
export const resultSchema = z.object({
  Target: z.string().optional(),
  Class: z.string().optional(),
  Type: z.string().optional(),
  Packages: noRows,
  Vulnerabilities: noRows,
  Misconfigurations: noRows,
  Secrets: noRows,
  Licenses: noRows,
  ExperimentalModifiedFindings: noRows,
});

const metadataSchema = z.object({
  OS: z
    .object({
      Family: z.string().optional(),
      Name: z.string().optional(),
      EOSL: z.boolean().optional(),
      extended: z.boolean().optional(),
      Supplier: z.string().optional(),
    })
    .optional(),
  ImageID: z.string().optional(),
  Size: z.number().optional(),
  Layers: listOf(z.object({ Size: z.number().optional() })),
  DiffIDs: listOf(z.string()),
  RepoTags: listOf(z.string()),
  RepoDigests: listOf(z.string()),
  ImageConfig: z
    .object({
      architecture: z.string().optional(),
      variant: z.string().optional(),
      os: z.string().optional(),
      created: z.string().optional(),
      // The image's own claim, only for display: a wrong type must not make the report unreadable.
      config: z
        .object({ Labels: z.record(z.string(), z.string()).nullish() })
        .optional()
        .catch(undefined),
      history: z.array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() })).nullish(),
      rootfs: z.object({ diff_ids: z.array(z.string()).nullish() }).optional(),
    })
    .optional(),
});

export const reportSchema = z.object({
  Trivy: z.object({ Version: z.string().optional() }).optional(),
  CreatedAt: z.string().optional(),
  ArtifactName: z.string().optional(),
  ArtifactType: z.string(),
  Metadata: metadataSchema.optional(),
});

export type TrivyReport = z.infer<typeof reportSchema>;
/** A result: its own fields, and its rows by key. */
export interface TrivyResult {
  readonly Target?: string | undefined;
  readonly Class?: string | undefined;
  readonly Type?: string | undefined;
  readonly rows: ReadonlyMap<string, Iterable<unknown>>;
}
export type TrivyPackage = z.infer<typeof packageSchema>;
export type TrivyMetadata = z.infer<typeof metadataSchema>;

type Path = readonly PropertyKey[];

/** The error for a report that cannot be judged. It names the place, never the content. */
export function invalidReport(what: string, path?: Path, cause?: unknown): GateError {
  const place = path === undefined || path.length === 0 ? "" : ` at ${keyPath(path)}`;
  return new GateError(
    "report-invalid",
    `The Trivy report ${what}${place}`,
    "It must be the whole JSON of `trivy … --format json`, SchemaVersion 2, not converted and not a compliance report.",
    { cause },
  );
}

const checkOf = memoize(rowCheck);

/**
 * @param at path of `value` in the report
 * @param row for a list of rows, the row's index. Fields that the schema does not have may stay in a row
 * @throws GateError `report-invalid`
 */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, at: Path, ...row: PropertyKey[]): T {
  if (row.length > 0 && checkOf(schema)?.(value)) return value as T;
  // To compile a schema pays for itself only if many rows follow.
  const result = schema.safeParse(value, { jitless: row.length === 0 });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidReport(issue?.code === "invalid_type" ? `has no ${expected(issue.expected)}` : "has a wrong value", [
    ...at,
    ...row,
    ...(issue?.path ?? []),
  ]);
}

/** Lists of rows were removed before: what remains under such a key is not a list. */
function expected(type: string): string {
  return type === "never" ? "array" : type;
}

function keyPath(path: Path): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
}
