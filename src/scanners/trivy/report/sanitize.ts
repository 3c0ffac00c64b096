import { shownInstruction } from "../../../domain/image/layer-instruction.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import { jsonPieces } from "../../../domain/json/pieces.ts";
import { memoize } from "../../../domain/memoize.ts";
import { withoutLogin } from "../../../domain/secrets/logins.ts";
import { argumentsWithoutSecrets, withoutSecrets } from "../../../domain/secrets/mask-secrets.ts";
import { GateError } from "../../../system/errors.ts";
import { writePieces } from "../../../system/given-files.ts";
import { type OwnJson, objectsIn, rowsIn } from "./naming.ts";
import { RowList } from "./row-list.ts";

/**
 * Writes a parsed report without the parts that must not leave the job, see {@link sanitize}.
 * @param report of which all rows were read; it must not be used afterwards
 * @param file absolute; replaced if it exists
 */
export function writeSanitized(report: unknown, file: string): void {
  sanitize(report);
  writePieces(file, piecesOf(report));
}

/** In pieces, down to the rows of each result: as one text, they could exceed Node's longest string. */
function* piecesOf(report: unknown): Generator<string | Buffer> {
  if (!isObject(report) || !Array.isArray(report.Results)) return yield* jsonPieces(report, 2);
  const { Results: results, ...head } = report;
  const start = JSON.stringify(head).slice(0, -1);
  yield `${start}${start === "{" ? "" : ","}"Results":[`;
  for (const [index, result] of results.entries()) {
    if (index > 0) yield ",\n";
    yield* isObject(result) ? resultPieces(result) : [JSON.stringify(result)];
  }
  yield "]}\n";
}

function* resultPieces(result: Readonly<OwnJson>): Generator<string | Buffer> {
  const { Vulnerabilities: rows, ...rest } = result;
  if (!(rows instanceof RowList)) return yield* jsonPieces(result, 1);
  const start = JSON.stringify(rest).slice(0, -1);
  yield `${start}${start === "{" ? "" : ","}"Vulnerabilities":[`;
  yield* rows.written();
  yield "]}";
}

/** Keys of a row that quote the found text, and Trivy's ids, which depend on the image's name. */
const LEFT_OUT = ["Match", "Code", "Message", "Traces", "Fingerprint"] as const;
/** Keys with which a misconfiguration quotes a file. Its location stays. */
const QUOTES = ["Code", "RenderedCause", "Occurrences"] as const;

/**
 * Removes from a parsed report, in place, everything that must not leave the job. That is the image's environment, a
 * secret's `Match` and `Code`, a misconfiguration's quotes (`ENV TOKEN=…`), and secrets in commands and labels. Also
 * removes the values of build arguments, ARG and ENV in the image's history and in `CreatedBy`, and logins in URLs.
 * Trivy's `ArtifactID` and `Fingerprint` are left out.
 */
export function sanitize(report: unknown): void {
  if (!isObject(report)) return;
  const own = report as OwnJson;
  own.ArtifactID = undefined;
  if (typeof own.ArtifactName === "string") own.ArtifactName = withoutLogin(own.ArtifactName);
  if (isObject(own.Metadata)) own.Metadata = cleanMetadata(own.Metadata);
  const clean = rowCleaner();
  for (const result of objectsIn(own.Results)) for (const row of rowsIn(result)) clean(row);
}

/** Cleans one row after the other, in place. */
export function rowCleaner(): (row: unknown) => void {
  // Thousands of rows repeat the instructions of a few layers.
  const shown = memoize(shownInstruction);
  return (row) => {
    if (!isObject(row)) return;
    cleanRow(row as OwnJson, shown);
    // A suppressed row.
    if (isObject(row.Finding)) cleanRow(row.Finding as OwnJson, shown);
  };
}

function cleanRow(row: OwnJson, shown: (createdBy: string) => string): void {
  remove(row, LEFT_OUT);
  if (isObject(row.CauseMetadata)) remove(row.CauseMetadata as OwnJson, QUOTES);
  if (isObject(row.Layer) && typeof row.Layer.CreatedBy === "string")
    row.Layer = { ...row.Layer, CreatedBy: shown(row.Layer.CreatedBy) };
}

/** JSON leaves out undefined values. Deleting a key would make an object slow. */
function remove(object: OwnJson, keys: readonly string[]): void {
  for (const key of keys) if (object[key] !== undefined) object[key] = undefined;
}

/**
 * Characters of an image's configuration. Engines refuse manifests of a fraction of this length; masking it all takes
 * some seconds.
 */
const MOST_CONFIG = 8 * 1024 * 1024;

/**
 * The history, labels and commands come from the image's builder. They are searched for secrets.
 * @throws GateError `report-too-large`
 */
export function requireBoundedConfig(config: unknown, most = MOST_CONFIG): void {
  if (config === undefined || JSON.stringify(config).length <= most) return;
  throw new GateError(
    "report-too-large",
    `The image's configuration (history, labels, commands) has more than ${most} characters`,
    "Build the image with shorter labels and instructions.",
  );
}

function cleanMetadata(metadata: Readonly<OwnJson>): OwnJson {
  const copy = { ...metadata };
  requireBoundedConfig(copy.ImageConfig);
  if ("ImageConfig" in copy) copy.ImageConfig = cleanImageConfig(copy.ImageConfig);
  for (const layer of objectsIn(copy.Layers))
    if (typeof layer.CreatedBy === "string") layer.CreatedBy = shownInstruction(layer.CreatedBy);
  if (typeof copy.RepoURL === "string") copy.RepoURL = withoutLogin(copy.RepoURL);
  return copy;
}
/** Environments are in `config.Env`, and in old images also in `container_config.Env`. Neither is needed. */
function cleanImageConfig(value: unknown): unknown {
  if (typeof value === "string") return withoutSecrets(value);
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return argumentsWithoutSecrets(value);
  if (Array.isArray(value)) return value.map(cleanImageConfig);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    if (key.toLowerCase() === "env") return [];
    if (key === "created_by" && typeof each === "string") return [[key, shownInstruction(each)]];
    if (key === "OnBuild" && Array.isArray(each)) return [[key, each.map(cleanTrigger)]];
    // Contains the classic builder's last instruction, as an argument list.
    if (key === "container_config") return [];
    if (key === "Labels" && isObject(each)) return [[key, Object.fromEntries(Object.entries(each).map(cleanLabel))]];
    return [[key, cleanImageConfig(each)]];
  });
  return Object.fromEntries(entries);
}

/** Cleans a label. Its name may show that its value is a secret. */
function cleanLabel([name, value]: [string, unknown]): [string, unknown] {
  if (typeof value !== "string") return [name, cleanImageConfig(value)];
  const isSecret = withoutSecrets(`${name}=x`) !== `${name}=x`;
  return [name, isSecret ? "***" : withoutSecrets(value)];
}

function cleanTrigger(trigger: unknown): unknown {
  return typeof trigger === "string" ? shownInstruction(trigger) : trigger;
}
