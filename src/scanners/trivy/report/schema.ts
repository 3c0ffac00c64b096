import { z } from "zod";
import { isObject } from "../../../domain/json/is-object.ts";
import { GateError } from "../../../system/errors.ts";
import { invalidReport } from "./document.ts";
import { refuseOtherDocument } from "./other-documents.ts";
import { RowList, type Rows } from "./row-list.ts";
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

/** A list of rows, which are checked one by one when they are turned into findings. */
const unread = z
  .custom<readonly unknown[] | null | undefined>((list) => list == null || Array.isArray(list))
  .optional();

/** Such a list, or one whose rows are still text. */
const rowList = z
  .custom<Rows | null | undefined>((list) => list == null || Array.isArray(list) || list instanceof RowList)
  .optional();

const resultSchema = z.object({
  Target: z.string().optional(),
  Class: z.string().optional(),
  Type: z.string().optional(),
  Packages: unread,
  Vulnerabilities: rowList,
  Misconfigurations: unread,
  Secrets: unread,
  Licenses: unread,
  ExperimentalModifiedFindings: unread,
});
export type TrivyResult = Readonly<z.infer<typeof resultSchema>>;

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

const reportSchema = z.object({
  Trivy: z.object({ Version: z.string().optional() }).optional(),
  CreatedAt: z.string().optional(),
  ArtifactName: z.string().optional(),
  ArtifactType: z.string(),
  Metadata: metadataSchema.optional(),
  Results: z
    .array(resultSchema)
    .nullish()
    .transform((results) => results ?? []),
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
export type TrivyMetadata = z.infer<typeof metadataSchema>;

/** Version of Trivy's JSON: all supported Trivy versions write SchemaVersion 2. */
const SCHEMA_VERSION = 2;

/**
 * @param value a parsed report
 * @throws GateError `report-invalid`, `report-unsupported`, `report-schema-unknown`
 */
export function checkedReport(value: unknown): TrivyReport {
  refuseOtherDocument(value);
  if (!isObject(value)) throw invalidReport("is not a JSON object");
  const { SchemaVersion: version } = value;
  if (version === undefined)
    throw invalidReport("has no SchemaVersion, so it is not the JSON of `trivy … --format json`");
  if (version !== SCHEMA_VERSION)
    throw new GateError(
      "report-schema-unknown",
      `The Trivy report has SchemaVersion ${typeof version === "number" ? version : "of a wrong type"}, not ${SCHEMA_VERSION}`,
      "Make it with a Trivy from 0.63 to 0.76, as `trivy … --format json`.",
    );
  // To compile a schema does not pay for itself.
  const result = reportSchema.safeParse(value, { jitless: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidReport(whatIsWrong(issue), issue?.path);
}

function whatIsWrong(issue: z.core.$ZodIssue | undefined): string {
  if (issue?.code === "custom") return "has no array";
  return issue?.code === "invalid_type" ? `has no ${issue.expected}` : "has a wrong value";
}
