import { z } from "zod";
import { isObject } from "../../../domain/json/is-object.ts";
import { oncePer } from "../../../domain/memoize.ts";
import { GateError } from "../../../system/errors.ts";
import { type Path, TRIVY } from "./document.ts";
import { RowList, type Rows } from "./row-list.ts";

// Deliberately minimal: only the fields that we use (Trivy's JSON is SchemaVersion 2, `pkg/types/report.go`).

const text = z.string().optional();
/** Go writes an empty list that was never filled as `null`. */
const texts = z.array(z.string()).nullish();
const number = z.number().optional();
const flag = z.boolean().optional();

/** A list of rows, which are checked one by one when they are turned into findings. */
const unread = z
  .custom<readonly unknown[] | null | undefined>((list) => list == null || Array.isArray(list))
  .optional();

/** Such a list, or one whose rows are still text. */
const rowList = z
  .custom<Rows | null | undefined>((list) => list == null || Array.isArray(list) || list instanceof RowList)
  .optional();

const resultSchema = z.object({
  ...{ Target: text, Class: text, Type: text },
  Packages: unread,
  Vulnerabilities: rowList,
  Misconfigurations: unread,
  Secrets: unread,
  Licenses: unread,
  ExperimentalModifiedFindings: unread,
});
export type TrivyResult = Readonly<z.infer<typeof resultSchema>>;

const configSchema = z.object({
  ...{ architecture: text, variant: text, os: text, created: text },
  // The image's own claim, only for display: a wrong type must not make the report unreadable.
  config: z
    .object({ Labels: z.record(z.string(), z.string()).nullish() })
    .optional()
    .catch(undefined),
  history: z.array(z.object({ created_by: text, empty_layer: flag })).nullish(),
  rootfs: z.object({ diff_ids: texts }).optional(),
});

const metadataSchema = z.object({
  OS: z.object({ Family: text, Name: text, EOSL: flag, extended: flag, Supplier: text }).optional(),
  ...{ ImageID: text, Size: number },
  ...{ DiffIDs: texts, RepoTags: texts, RepoDigests: texts },
  ImageConfig: configSchema.optional(),
});

const reportSchema = z.object({
  Trivy: z.object({ Version: text }).optional(),
  ...{ CreatedAt: text, ArtifactName: text },
  ArtifactType: z.string(),
  Metadata: metadataSchema.optional(),
  Results: z
    .array(resultSchema)
    .nullish()
    .transform((results) => results ?? []),
});

const id = z.string().min(1);
const layer = z.object({ DiffID: text }).optional();

export const VULNERABILITY = z.object({
  ...{ VulnerabilityID: id, PkgName: text, PkgPath: text, PkgIdentifier: z.object({ PURL: text }).optional() },
  ...{ InstalledVersion: text, FixedVersion: text, Status: text, PublishedDate: text, Layer: layer },
  ...{ PrimaryURL: text, Title: text, Description: text, Severity: text },
});

export const MISCONFIGURATION = z.object({
  ...{ ID: id, Title: text, Description: text, Severity: text, PrimaryURL: text, Status: z.string(), Layer: layer },
  CauseMetadata: z.object({ StartLine: number }).optional(),
});

export const SECRET = z.object({ RuleID: id, Title: text, Severity: text, StartLine: number, Layer: layer });

export const LICENSE = z.object({
  ...{ Name: z.string(), Severity: text, Category: text, PkgName: text, FilePath: text, Link: text },
});

export const PACKAGE = z.object({
  ...{ ID: text, Name: text, Identifier: z.object({ PURL: text }).optional() },
  ...{ Version: text, Release: text, Epoch: number },
  ...{ SrcName: text, SrcVersion: text, SrcRelease: text, SrcEpoch: number },
  Modularitylabel: text,
  BuildInfo: z.object({ ContentSets: texts, Nvr: text, Arch: text }).optional(),
  Repository: z.object({ Class: text }).optional(),
  ...{ Maintainer: text, FilePath: text, Relationship: text, DependsOn: texts },
  ...{ Layer: layer, InstalledFiles: texts, AnalyzedBy: text },
});

/**
 * A row, checked.
 * @param at path of the list of rows
 * @throws GateError `report-invalid`
 */
export function rowOf<Schema extends z.ZodType>(schema: Schema, value: unknown, at: Path, index: number) {
  // A schema would make a copy of each of 50,000 rows.
  return checkOf(schema)(value) ? (value as z.output<Schema>) : TRIVY.checked(schema, value, [...at, index]);
}

type Check = (value: unknown) => boolean;

/** True if a value matches one of the schemas above. */
const checkOf = oncePer((schema: z.core.$ZodType): Check => {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "optional": {
      const inner = checkOf(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    case "nullable": {
      const inner = checkOf(def.innerType);
      return (value) => value === null || inner(value);
    }
    case "array": {
      const element = checkOf(def.element);
      return (value) => Array.isArray(value) && value.every(element);
    }
    case "object": {
      const fields = Object.entries(def.shape).map(([key, each]) => ({ key, check: checkOf(each) }));
      return (value) => isObject(value) && fields.every(({ key, check }) => check(value[key]));
    }
    case "string":
      return (value) => typeof value === "string" && value !== "";
    default:
      return () => false;
  }
});

const rows = <Row extends z.ZodType>(row: Row) => z.array(row).nullish();

/** The keys of a given report that decide the findings: each is accepted only in its exact spelling. */
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
/** A checked report, with its original fields. */
export type GivenTrivyReport = z.input<typeof reportSchema>;
export type TrivyMetadata = z.infer<typeof metadataSchema>;

/** Version of Trivy's JSON: all supported Trivy versions write SchemaVersion 2. */
const SCHEMA_VERSION = 2;

/**
 * @param value a parsed report
 * @throws GateError `report-unsupported`, `report-schema-unknown`, `report-invalid`
 */
export function checkedReport(value: unknown): TrivyReport {
  const { SchemaVersion: version } = isObject(value) ? value : {};
  // Trivy's other documents have none: reports on clusters, their operator and compliance, SARIF, SBOMs.
  if (version === undefined)
    throw new GateError(
      "report-unsupported",
      "The Trivy report has no SchemaVersion, so it is not a report on a single target from `trivy … --format json`",
      "Each target is judged alone: make such a report for it. Reports on clusters and compliance, and SARIF, lack many of Trivy's findings. An SBOM goes into `sbom`.",
    );
  if (version !== SCHEMA_VERSION)
    throw new GateError(
      "report-schema-unknown",
      `The Trivy report has SchemaVersion ${typeof version === "number" ? version : "of a wrong type"}, not ${SCHEMA_VERSION}`,
      "Make it with a Trivy from 0.63 to 0.76, as `trivy … --format json`.",
    );
  return TRIVY.checked(reportSchema, value);
}
