import { isObject } from "../../../domain/json/is-object.ts";
import { invalidReport, type Path } from "./document.ts";

/**
 * What the fields of a row are, if they are there; an `id` (which is not empty) and what is `needed` are always there.
 * Go writes a list of `texts` that was never filled as `null`.
 */
export interface RowFields {
  readonly [key: string]: "id" | "needed" | "text" | "number" | "texts" | RowFields;
}

/** A row with such fields, and with others that are not checked. */
export type Row<Fields extends RowFields> = {
  readonly [Key in keyof Fields as Fields[Key] extends "id" | "needed" ? Key : never]: string;
} & {
  readonly [Key in keyof Fields as Fields[Key] extends "id" | "needed" ? never : Key]?: Value<Fields[Key]> | undefined;
};
type Value<Kind> = Kind extends "text"
  ? string
  : Kind extends "number"
    ? number
    : Kind extends "texts"
      ? readonly string[] | null
      : Kind extends RowFields
        ? Row<Kind>
        : never;

const LAYER = { DiffID: "text" } as const;

export const VULNERABILITY = {
  VulnerabilityID: "id",
  PkgName: "text",
  PkgPath: "text",
  PkgIdentifier: { PURL: "text" },
  InstalledVersion: "text",
  FixedVersion: "text",
  Status: "text",
  PublishedDate: "text",
  Layer: LAYER,
  PrimaryURL: "text",
  Title: "text",
  Description: "text",
  Severity: "text",
} as const;

export const MISCONFIGURATION = {
  ID: "id",
  Title: "text",
  Description: "text",
  Severity: "text",
  PrimaryURL: "text",
  Status: "needed",
  Layer: LAYER,
  CauseMetadata: { StartLine: "number" },
} as const;

export const SECRET = { RuleID: "id", Title: "text", Severity: "text", StartLine: "number", Layer: LAYER } as const;

export const LICENSE = {
  Name: "needed",
  Severity: "text",
  Category: "text",
  PkgName: "text",
  FilePath: "text",
  Link: "text",
} as const;

export const PACKAGE = {
  ID: "text",
  Name: "text",
  Identifier: { PURL: "text" },
  Version: "text",
  Release: "text",
  Epoch: "number",
  SrcName: "text",
  SrcVersion: "text",
  SrcRelease: "text",
  SrcEpoch: "number",
  Modularitylabel: "text",
  BuildInfo: { ContentSets: "texts", Nvr: "text", Arch: "text" },
  Repository: { Class: "text" },
  Maintainer: "text",
  FilePath: "text",
  Relationship: "text",
  DependsOn: "texts",
  Layer: LAYER,
  InstalledFiles: "texts",
  AnalyzedBy: "text",
} as const;

/**
 * A row, checked. Without zod, since that would copy each of 50,000 rows.
 * @param at path of the list of rows
 * @throws GateError `report-invalid`
 */
export function rowOf<Fields extends RowFields>(fields: Fields, value: unknown, at: Path, index: number): Row<Fields> {
  const fault = faultIn(value, fields);
  if (fault === undefined) return value as Row<Fields>;
  throw invalidReport(fault.what, [...at, index, ...fault.path]);
}

interface Fault {
  readonly what: string;
  readonly path: Path;
}

function faultIn(value: unknown, fields: RowFields): Fault | undefined {
  if (!isObject(value)) return { what: "has no object", path: [] };
  for (const key in fields) {
    const kind = fields[key] as RowFields[string];
    const field = value[key];
    if (field === undefined && kind !== "id" && kind !== "needed") continue;
    const fault = typeof kind === "object" ? faultIn(field, kind) : wrong(field, kind);
    if (fault !== undefined) return { what: fault.what, path: [key, ...fault.path] };
  }
  return undefined;
}

function wrong(value: unknown, kind: Exclude<RowFields[string], RowFields>): Fault | undefined {
  if (kind === "number") return Number.isFinite(value) ? undefined : { what: "has no number", path: [] };
  if (kind !== "texts") {
    if (typeof value !== "string") return { what: "has no string", path: [] };
    return kind === "id" && value === "" ? { what: "has a wrong value", path: [] } : undefined;
  }
  if (value === null) return undefined;
  if (!Array.isArray(value)) return { what: "has no array", path: [] };
  const index = value.findIndex((each) => typeof each !== "string");
  return index === -1 ? undefined : { what: "has no string", path: [index] };
}
