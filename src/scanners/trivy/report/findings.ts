import type { z } from "zod";
import type { Finding, FindingPackage, Layer, Owner } from "../../../domain/finding.ts";
import { remembering } from "../../../domain/memoize.ts";
import { type Severity, toSeverity } from "../../../domain/severity.ts";
import { ecosystemOfType, listedIn } from "./ecosystems.ts";
import type { OwnedPackage, OwnedThing } from "./owning-package.ts";
import {
  explainedVulnerabilitySchema,
  invalidReport,
  licenseSchema,
  misconfigurationSchema,
  parsed,
  secretSchema,
  type TrivyResult,
  vulnerabilitySchema,
} from "./schema.ts";

/** What a result's rows need of the rest of the report. */
export interface ResultContext {
  readonly artifactName: string | undefined;
  /** By DiffID; one that the image's configuration does not list is added when a finding names it. */
  readonly layers: Map<string, Layer>;
  readonly ownerOf: (thing: OwnedThing) => Owner | undefined;
  /** By name and the place of its description, without a leading slash. */
  readonly packageAt: (name: string, path: string | undefined) => OwnedPackage | undefined;
  /** @throws GateError where there is none, in a report that somebody else has made */
  readonly severityOf: (text: string | undefined, rows: At, row: number) => Severity;
  readonly describe: Descriptions;
}

type At = readonly PropertyKey[];

/**
 * The severity of a row of a given report. Trivy writes one into every row: without it, and with a word that Trivy does not
 * have, a finding would count as UNKNOWN, which most policies let through.
 * @throws GateError `report-invalid`
 */
export function knownSeverity(text: string | undefined, rows: At, row: number): Severity {
  const severity = toSeverity(text);
  if (severity !== "UNKNOWN" || text?.toUpperCase() === "UNKNOWN") return severity;
  throw invalidReport(text ? "has a severity that Trivy does not know" : "has no severity", [...rows, row, "Severity"]);
}

/**
 * Adds the findings of one result to `found`, one for each row; of misconfigurations only those that failed.
 * @throws GateError `report-invalid`
 */
export function addFindings(result: TrivyResult, index: number, context: ResultContext, found: Finding[]): void {
  const at = ["Results", index];
  addVulnerabilities(result, [...at, "Vulnerabilities"], context, found);
  addMisconfigurations(result, [...at, "Misconfigurations"], context, found);
  addSecrets(result, [...at, "Secrets"], context, found);
  addLicenses(result, [...at, "Licenses"], context, found);
}

function rowsOf({ rows }: TrivyResult, key: string): Iterable<unknown> {
  return rows.get(key) ?? [];
}

function addVulnerabilities(result: TrivyResult, at: At, context: ResultContext, found: Finding[]): void {
  let row = 0;
  const type = result.Type ?? "";
  const lockFile = result.Class === "lang-pkgs" && listedIn(type) !== "own-file" ? plain(result.Target) : undefined;
  const packageOf = sharingPackages(type);
  const versionsOf = remembering(versionsIn);
  const { describe } = context;
  const schema: z.ZodType<z.infer<typeof explainedVulnerabilitySchema>> =
    describe === NO_DESCRIPTIONS ? vulnerabilitySchema : explainedVulnerabilitySchema;
  for (const value of rowsOf(result, "Vulnerabilities")) {
    const each = parsed(schema, value, at, row++);
    const name = each.PkgName ?? "";
    const path = plain(each.PkgPath) ?? lockFile;
    found.push({
      kind: "vulnerability",
      id: each.VulnerabilityID,
      severity: context.severityOf(each.Severity, at, row - 1),
      title: each.Title ?? "",
      description: describe(each.VulnerabilityID, each.Description),
      url: each.PrimaryURL,
      package: packageOf(name, each.InstalledVersion ?? "", each.PkgIdentifier?.PURL),
      fixedVersions: versionsOf(each.FixedVersion ?? ""),
      status: each.Status ?? "unknown",
      publishedAt: each.PublishedDate,
      path,
      layer: layerOf(each.Layer?.DiffID, context),
      owner: path === undefined ? undefined : context.ownerOf({ path, name }),
    });
  }
}

/** A large report has few packages and versions for its findings: one object for each, which is less to keep. */
function sharingPackages(type: string): (name: string, version: string, purl: string | undefined) => FindingPackage {
  const known = new Map<string | undefined, FindingPackage>();
  const ecosystem = ecosystemOfType(type);
  return (name, version, purl) => {
    const same = known.get(purl);
    if (same !== undefined && same.name === name && same.version === version) return same;
    const made = { name, version, purl, type, ecosystem };
    known.set(purl, made);
    return made;
  };
}

function addMisconfigurations(result: TrivyResult, at: At, context: ResultContext, found: Finding[]): void {
  let row = 0;
  for (const value of rowsOf(result, "Misconfigurations")) {
    const each = parsed(misconfigurationSchema, value, at, row++);
    if (each.Status !== "FAIL") continue;
    found.push({
      kind: "misconfiguration",
      id: each.ID,
      severity: context.severityOf(each.Severity, at, row - 1),
      // Never the message: it may quote a secret of the instruction.
      title: each.Title || each.ID,
      description: context.describe(each.ID, each.Description),
      url: each.PrimaryURL,
      fixedVersions: [],
      status: "affected",
      path: pathOfTarget(result, context),
      line: lineOf(each.CauseMetadata?.StartLine),
      layer: layerOf(each.Layer?.DiffID, context),
    });
  }
}

function addSecrets(result: TrivyResult, at: At, context: ResultContext, found: Finding[]): void {
  let row = 0;
  const path = pathOfTarget(result, context);
  for (const value of rowsOf(result, "Secrets")) {
    const each = parsed(secretSchema, value, at, row++);
    found.push({
      kind: "secret",
      id: each.RuleID,
      severity: context.severityOf(each.Severity, at, row - 1),
      title: each.Title ?? "",
      fixedVersions: [],
      status: "affected",
      path,
      line: lineOf(each.StartLine),
      layer: layerOf(each.Layer?.DiffID, context),
      owner: path === undefined ? undefined : context.ownerOf({ path }),
    });
  }
}

function addLicenses(result: TrivyResult, at: At, context: ResultContext, found: Finding[]): void {
  let row = 0;
  for (const value of rowsOf(result, "Licenses")) {
    const each = parsed(licenseSchema, value, at, row++);
    const path = plain(each.FilePath);
    found.push({
      kind: "license",
      id: each.Name,
      severity: context.severityOf(each.Severity, at, row - 1),
      title: each.Category ? `${each.Name}: ${each.Category} license` : each.Name,
      url: each.Link || undefined,
      package: each.PkgName ? licensedPackage(each.PkgName, path, context) : undefined,
      fixedVersions: [],
      status: "affected",
      path,
      owner: path === undefined ? undefined : context.ownerOf({ path, name: each.PkgName }),
    });
  }
}

/** A license's row tells of its package only the name and the place. */
function licensedPackage(name: string, path: string | undefined, { packageAt }: ResultContext): Finding["package"] {
  const found = packageAt(name, path);
  const type = found?.type ?? "";
  return { name, version: found?.version ?? "", type, ecosystem: ecosystemOfType(type) };
}

/** A secret within the image's own configuration has the image's name for a target: that is no path. */
function pathOfTarget({ Target: target }: TrivyResult, { artifactName }: ResultContext): string | undefined {
  return target === artifactName ? undefined : plain(target);
}

function layerOf(diffId: string | undefined, { layers }: ResultContext): Layer | undefined {
  if (!diffId) return undefined;
  const known = layers.get(diffId);
  if (known) return known;
  const unlisted = { diffId };
  layers.set(diffId, unlisted);
  return unlisted;
}

function lineOf(line: number | undefined): number | undefined {
  return line !== undefined && Number.isSafeInteger(line) && line > 0 ? line : undefined;
}

/** `6.0.3.1, 5.2.4.3`: one for each branch that got a fix. */
function versionsIn(text: string | undefined): string[] {
  if (!text) return [];
  if (!text.includes(",")) return [text.trim()];
  return text
    .split(",")
    .map((version) => version.trim())
    .filter((version) => version !== "");
}

/** Without leading slashes; nothing where there is no path. */
function plain(path: string | undefined): string | undefined {
  const without = path?.replace(/^\/+/, "");
  return without === "" ? undefined : without;
}

/** Longest explanation that is kept, in UTF-16 units: as long as code scanning shows one. */
const LONGEST = 1000;

/** What keeps the explanations of advisories: `undefined` where there is none, or none are wanted. */
type Descriptions = (id: string, text: string | undefined) => string | undefined;

/**
 * Shortens explanations, and gives all findings of an advisory the same text where they have the same: 50,000 findings
 * then keep as many texts as there are advisories.
 */
export function keepingDescriptions(): Descriptions {
  const known = new Map<string, string>();
  return (id, text) => {
    if (text === undefined || text.trim() === "") return undefined;
    const made = cut(text);
    const first = known.get(id);
    if (first === made) return first;
    if (first === undefined) known.set(id, made);
    return made;
  };
}

/** Where no report shows them. */
export const NO_DESCRIPTIONS: Descriptions = () => undefined;

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const head = text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "");
  // A copy: a slice would keep the whole text in memory.
  return Buffer.from(`${head}…`).toString();
}
