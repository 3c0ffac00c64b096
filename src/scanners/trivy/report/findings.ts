import { type Finding, type FindingPackage, fixedVersionsIn, type Layer, type Owner } from "../../../domain/finding.ts";
import { sameWeaknessIds } from "../../../domain/foreign/advisory-ids.ts";
import { memoize } from "../../../domain/memoize.ts";
import { type Severity, toSeverity } from "../../../domain/severity.ts";
import { pathIn } from "../../given-report.ts";
import { ecosystemOfType, listedIn } from "../database/libraries.ts";
import { type Path, TRIVY } from "./document.ts";
import type { OwnedPackage, OwnedThing } from "./owning-package.ts";
import { LICENSE, MISCONFIGURATION, rowOf, SECRET, type TrivyResult, VULNERABILITY } from "./schema.ts";

/** The parts of the report that a result's rows refer to. */
export interface ResultContext {
  readonly artifactName: string | undefined;
  /** Keyed by DiffID. If a finding names a layer that the image's configuration does not list, it is added. */
  readonly layers: Map<string, Layer>;
  readonly ownerOf: (thing: OwnedThing) => Owner | undefined;
  /** Finds a package by its name and the path of its metadata file, without a leading slash. */
  readonly packageAt: (name: string, path: string | undefined) => OwnedPackage | undefined;
  /** @throws GateError if there is none, in a given report */
  readonly severityOf: (text: string | undefined, rows: Path, row: number) => Severity;
  readonly describe: Descriptions;
}

/**
 * The severity of a row in a given report. Trivy writes one into every row. A finding without it, or with a word that
 * Trivy does not use, would count as UNKNOWN, which most policies let through.
 * @throws GateError `report-invalid`
 */
export function knownSeverity(text: string | undefined, rows: Path, row: number): Severity {
  const severity = toSeverity(text);
  return severity === "UNKNOWN" ? TRIVY.severityOfWord(text ?? "", [...rows, row, "Severity"]) : severity;
}

/**
 * Adds the findings of one result to `found`, one for each row. Adds only failed misconfiguration checks.
 * @throws GateError `report-invalid`
 */
export function addFindings(result: TrivyResult, index: number, context: ResultContext, found: Finding[]): void {
  const at = ["Results", index];
  addVulnerabilities(result, [...at, "Vulnerabilities"], context, found);
  addMisconfigurations(result, [...at, "Misconfigurations"], context, found);
  addSecrets(result, [...at, "Secrets"], context, found);
  addLicenses(result, [...at, "Licenses"], context, found);
}

function addVulnerabilities(result: TrivyResult, at: Path, context: ResultContext, found: Finding[]): void {
  const type = result.Type ?? "";
  const lockFile = result.Class === "lang-pkgs" && listedIn(type) !== "own-file" ? pathIn(result.Target) : undefined;
  const packageOf = sharingPackages(type);
  const versionsOf = memoize(fixedVersionsIn);
  const { describe } = context;
  result.Vulnerabilities?.forEach((value, row) => {
    const each = rowOf(VULNERABILITY, value, at, row);
    const name = each.PkgName ?? "";
    const path = pathIn(each.PkgPath) ?? lockFile;
    const aliases = aliasesIn(value, each.VulnerabilityID);
    found.push({
      kind: "vulnerability",
      id: each.VulnerabilityID,
      aliases: aliases.length > 0 ? aliases : undefined,
      severity: context.severityOf(each.Severity, at, row),
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
  });
}

/** Few rows have vendors' ids, and an invalid one does not make the finding wrong: the schema does not check them. */
function aliasesIn(row: unknown, own: string): readonly string[] {
  const { VendorIDs: given } = row as { readonly VendorIDs?: unknown };
  if (!Array.isArray(given)) return [];
  return sameWeaknessIds(
    own,
    given.filter((each) => typeof each === "string"),
  );
}

/** A large report has few packages and versions for its findings. Sharing one object for each saves memory. */
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

/**
 * A check that passed, or that its author exempted. Any other status is a failed check: another tool that wrote the
 * report may use other letters.
 */
const NOT_FAILED = new Set(["PASS", "EXCEPTION"]);

function addMisconfigurations(result: TrivyResult, at: Path, context: ResultContext, found: Finding[]): void {
  for (const [row, value] of (result.Misconfigurations ?? []).entries()) {
    const each = rowOf(MISCONFIGURATION, value, at, row);
    if (NOT_FAILED.has(each.Status.toUpperCase())) continue;
    found.push({
      kind: "misconfiguration",
      id: each.ID,
      severity: context.severityOf(each.Severity, at, row),
      // Never the message: it may quote a secret from the instruction.
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

function addSecrets(result: TrivyResult, at: Path, context: ResultContext, found: Finding[]): void {
  const path = pathOfTarget(result, context);
  for (const [row, value] of (result.Secrets ?? []).entries()) {
    const each = rowOf(SECRET, value, at, row);
    found.push({
      kind: "secret",
      id: each.RuleID,
      severity: context.severityOf(each.Severity, at, row),
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

function addLicenses(result: TrivyResult, at: Path, context: ResultContext, found: Finding[]): void {
  for (const [row, value] of (result.Licenses ?? []).entries()) {
    const each = rowOf(LICENSE, value, at, row);
    const path = pathIn(each.FilePath);
    found.push({
      kind: "license",
      id: each.Name,
      severity: context.severityOf(each.Severity, at, row),
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

/** A licence's row only contains its package's name and path. */
function licensedPackage(name: string, path: string | undefined, { packageAt }: ResultContext): Finding["package"] {
  const found = packageAt(name, path);
  const type = found?.type ?? "";
  return { name, version: found?.version ?? "", type, ecosystem: ecosystemOfType(type) };
}

/** A secret in the image's own configuration has the image's name as its target, which is not a path. */
function pathOfTarget({ Target: target }: TrivyResult, { artifactName }: ResultContext): string | undefined {
  return target === artifactName ? undefined : pathIn(target);
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

/** Longest explanation that we keep, in UTF-16 code units: code scanning does not show more. */
const LONGEST = 1000;

/** Returns the explanation to keep for an advisory. Undefined if there is none, or if none are wanted. */
type Descriptions = (id: string, text: string | undefined) => string | undefined;

/**
 * Shortens explanations, and shares one string among an advisory's findings if they have the same text. So 50,000
 * findings keep only as many texts as there are advisories.
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

/** Used if no report shows explanations. */
export const NO_DESCRIPTIONS: Descriptions = () => undefined;

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const head = text.slice(0, LONGEST - 1).replace(/[\uD800-\uDBFF]$/, "");
  // A copy: a slice would keep the whole text in memory.
  return Buffer.from(`${head}…`).toString();
}
