import { z } from "zod";
import { invalidReport, type Path } from "./invalid.ts";
import { LICENSE, MISCONFIGURATION, PACKAGE, type RowFields, SECRET, VULNERABILITY } from "./rows.ts";

// Deliberately minimal: only what we use, without Trivy's other fields (its JSON is SchemaVersion 2,
// `pkg/types/report.go`).

/** A list that may be absent. Go writes an empty list that was never filled as `null`. */
function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullable()
    .transform((items) => items ?? undefined)
    .optional();
}

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

const rows = (row: RowFields) => z.array(z.object(keysOf(row))).nullish();

/** The keys of a row and of the objects in it. */
function keysOf(row: RowFields): Record<string, z.ZodType> {
  const keys = Object.entries(row).map(([key, kind]) => [key, typeof kind === "object" ? z.object(keysOf(kind)) : any]);
  return Object.fromEntries(keys);
}

const any = z.unknown();

/** The keys of a given report that decide what is found: each may be there in its own spelling alone. */
export const givenSchema = reportSchema.extend({
  SchemaVersion: z.number(),
  Results: z
    .array(
      resultSchema.extend({
        Packages: rows(PACKAGE),
        Vulnerabilities: rows(VULNERABILITY),
        Misconfigurations: rows(MISCONFIGURATION),
        Secrets: rows(SECRET),
        Licenses: rows(LICENSE),
      }),
    )
    .nullish(),
});

export type TrivyReport = z.infer<typeof reportSchema>;
/** A result: its own fields, and its rows by key. */
export interface TrivyResult {
  readonly Target?: string | undefined;
  readonly Class?: string | undefined;
  readonly Type?: string | undefined;
  readonly rows: ReadonlyMap<string, readonly unknown[]>;
}
export type TrivyMetadata = z.infer<typeof metadataSchema>;

/**
 * @param at path of `value` in the report
 * @throws GateError `report-invalid`
 */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, at: Path): T {
  // To compile a schema does not pay for itself.
  const result = schema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidReport(issue?.code === "invalid_type" ? `has no ${expected(issue.expected)}` : "has a wrong value", [
    ...at,
    ...(issue?.path ?? []),
  ]);
}

/** Lists of rows were removed before: what remains under such a key is not a list. */
function expected(type: string): string {
  return type === "never" ? "array" : type;
}
