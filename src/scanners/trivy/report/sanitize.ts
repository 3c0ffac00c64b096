import {
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { shownInstruction } from "../../../domain/image/layer-instruction.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import { withoutLogin } from "../../../domain/secrets/logins.ts";
import { argumentsWithoutSecrets, withoutSecrets } from "../../../domain/secrets/mask-secrets.ts";
import { GateError } from "../../../system/errors.ts";
import { type ReportDocument, reportTooLarge, textOf } from "./document.ts";
import { type ImageNaming, isNamedAfter, namedReport, restoreFingerprints } from "./naming.ts";

type Json = Record<string, unknown>;

/** A report that was read, see {@link ReportDocument}. */
interface Written {
  /** Absolute path where Trivy wrote it. Removed or changed afterwards. */
  readonly raw: string;
  readonly bytes: Buffer;
  readonly document: ReportDocument;
  /** How the image is called. {@link document} has these names already, {@link bytes} only the layers' digests. */
  readonly naming?: ImageNaming | undefined;
}

/**
 * Writes Trivy's JSON to `file` without what must not leave the job: the image's environment, a secret's `Match` and
 * `Code`, what a misconfiguration quotes, and secrets in commands and labels. Also removes the values of build
 * arguments, ARG and ENV in the image's history and in `CreatedBy`, and logins in URLs.
 *
 * A report with 50,000 findings has 80 MB, of which usually only `Metadata` must change. In that case, only these bytes
 * are overwritten, padded with spaces, and the file is moved.
 * @param file absolute; replaced if it exists
 */
export function writeSanitized({ raw, bytes, document, naming }: Written, file: string): void {
  const mustRewrite = needsRewrite(document, bytes);
  if (naming === undefined) {
    const patch = mustRewrite ? undefined : metadataPatch(bytes, document);
    if (patch === undefined) rewrite(raw, bytes, undefined);
    else overwrite(raw, patch);
  } else {
    const edits = mustRewrite ? undefined : namingEdits(bytes, document);
    if (edits === undefined) rewrite(raw, bytes, naming);
    else writeEdited(raw, bytes, edits);
  }
  chmodSync(raw, 0o600);
  move(raw, file);
}

function rewrite(file: string, bytes: Buffer, naming: ImageNaming | undefined): void {
  let text: string;
  try {
    const report: unknown = JSON.parse(textOf(bytes));
    text = JSON.stringify(sanitized(naming === undefined ? report : namedReport(report, naming)), undefined, 2);
  } catch (cause) {
    throw cause instanceof RangeError ? reportTooLarge(cause) : cause;
  }
  writeFileSync(file, `${text}\n`);
}

function overwrite(file: string, { at, text }: Patch): void {
  const descriptor = openSync(file, "r+");
  try {
    for (let done = 0; done < text.length; ) done += writeSync(descriptor, text, done, text.length - done, at + done);
  } finally {
    closeSync(descriptor);
  }
}

/** Replaces `length` bytes. */
interface Edit {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

/** In order, and apart from each other. Over the old text: pages that the system has already need not be asked for. */
function writeEdited(file: string, bytes: Buffer, edits: readonly Edit[]): void {
  const descriptor = openSync(file, "r+");
  let length = 0;
  const write = (part: Buffer) => {
    for (let done = 0; done < part.length; )
      done += writeSync(descriptor, part, done, part.length - done, length + done);
    length += part.length;
  };
  try {
    let from = 0;
    for (const { at, length, text } of edits) {
      write(bytes.subarray(from, at));
      write(Buffer.from(text));
      from = at + length;
    }
    write(bytes.subarray(from));
    ftruncateSync(descriptor, length);
  } finally {
    closeSync(descriptor);
  }
}

/** Usually a rename, as RUNNER_TEMP is one file system. Otherwise a copy. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    copyFileSync(from, to);
  }
}

/**
 * The same for a parsed report. Copies only the parts that change.
 * @param report the result of `JSON.parse`
 */
export function sanitized(report: unknown): unknown {
  if (!isObject(report)) return report;
  const copy = { ...report };
  if (typeof copy.ArtifactName === "string") copy.ArtifactName = withoutLogin(copy.ArtifactName);
  if (isObject(copy.Metadata)) copy.Metadata = cleanMetadata(copy.Metadata);
  if (Array.isArray(copy.Results)) copy.Results = copy.Results.map(cleanResult);
  return copy;
}

/** Whether anything outside of `Metadata` must change. */
function needsRewrite({ head, results }: ReportDocument, bytes: Buffer): boolean {
  if (typeof head.ArtifactName === "string" && withoutLogin(head.ArtifactName) !== head.ArtifactName) return true;
  // Any other list may contain secrets. A quotation mark within a string would be escaped, so this match ends a key. A
  // search for all of `CreatedBy` takes three times as long.
  return results.some(({ rows }) => [...rows.keys()].some((key) => !PLAIN_ROWS.has(key))) || bytes.includes('tedBy":');
}

const PLAIN_ROWS: ReadonlySet<string> = new Set(["Packages", "Vulnerabilities", "Licenses"]);

interface Patch {
  readonly at: number;
  /** Has the length of what it replaces. */
  readonly text: Buffer;
}

const METADATA = '\n  "Metadata": {\n';
const METADATA_END = "\n  }";

/**
 * The patch for a report's `Metadata`, in Go's layout (see `cutDocument`). Undefined if the layout differs, or if the
 * new text is longer.
 */
export function metadataPatch(bytes: Buffer, { head }: ReportDocument): Patch | undefined {
  if (head.Metadata === undefined) return { at: 0, text: Buffer.alloc(0) };
  const start = bytes.indexOf(METADATA);
  if (bytes[0] !== 0x7b || start === -1) return undefined;
  const at = start + METADATA.length - 2;
  const end = bytes.indexOf(METADATA_END, at);
  if (end === -1) return undefined;
  const close = end + METADATA_END.length;
  const metadata = cleanMetadata(JSON.parse(bytes.toString("utf8", at, close)));
  const text = Buffer.from(JSON.stringify(metadata, undefined, 2).replaceAll("\n", "\n  "));
  if (text.length > close - at) return undefined;
  return { at, text: Buffer.concat([text, Buffer.alloc(close - at - text.length, " ")]) };
}

const NAME = '\n  "ArtifactName": ';
const ID = '\n  "ArtifactID": ';
const TARGET = '\n      "Target": ';

/**
 * The edits that give a report in Go's layout its names, and clean its `Metadata`. Undefined if the layout differs.
 * What keeps its length is changed in place.
 * @param document with the names
 */
function namingEdits(bytes: Buffer, { head, results }: ReportDocument): Edit[] | undefined {
  const name = lineAfter(bytes, NAME, 0);
  const start = bytes.indexOf(METADATA);
  const end = bytes.indexOf(METADATA_END, start + METADATA.length - 2);
  if (bytes[0] !== 0x7b || name === undefined || start < name.at || end === -1 || !isObject(head.Metadata))
    return undefined;
  const targets = targetLines(bytes, results, end);
  if (targets === undefined) return undefined;
  const { ArtifactID: artifactId } = head;
  const id = typeof artifactId === "string" ? lineAfter(bytes.subarray(0, name.at), ID, 0) : undefined;
  if (typeof artifactId === "string") {
    if (id === undefined) return undefined;
    restoreAllFingerprints({ bytes, results, targets }, artifactId);
  }
  const at = start + METADATA.length - 2;
  const metadata = JSON.stringify(cleanMetadata(head.Metadata), undefined, 2).replaceAll("\n", "\n  ");
  const named = results.flatMap(({ fields }, index) => {
    const line = targets[index];
    return line && isNamedAfter(fields, head.ArtifactName) ? [{ ...line, text: JSON.stringify(fields.Target) }] : [];
  });
  return [
    ...(id === undefined ? [] : [{ ...id, text: JSON.stringify(artifactId) }]),
    { ...name, text: JSON.stringify(head.ArtifactName) },
    { at, length: end + METADATA_END.length - at, text: metadata },
    ...named,
  ];
}

type Line = Pick<Edit, "at" | "length">;

/** The targets of all results, in their order. Only a result's own target has this indentation. */
function targetLines(bytes: Buffer, results: ReportDocument["results"], from: number): Line[] | undefined {
  const lines: Line[] = [];
  for (const { fields } of results) {
    const line = lineAfter(bytes, TARGET, lines.at(-1)?.at ?? from);
    // Without a target of its own, the next line would be that of another result.
    if (line === undefined || !isObject(fields) || fields.Target === undefined) return undefined;
    lines.push(line);
  }
  return lines;
}

function restoreAllFingerprints(
  { bytes, results, targets }: Pick<Written, "bytes"> & Pick<ReportDocument, "results"> & { targets: readonly Line[] },
  artifactId: string,
): void {
  for (const [index, { at }] of targets.entries()) {
    const target = (results[index]?.fields as Json | undefined)?.Target;
    restoreFingerprints(bytes.subarray(at, targets[index + 1]?.at ?? bytes.length), artifactId, String(target));
  }
}

/** The value that ends a line, without the comma. */
function lineAfter(bytes: Buffer, key: string, from: number): Line | undefined {
  const start = bytes.indexOf(key, from);
  const end = start === -1 ? -1 : bytes.indexOf(0x0a, start + key.length);
  if (end === -1) return undefined;
  const at = start + key.length;
  return { at, length: end - at - (bytes[end - 1] === 0x2c ? 1 : 0) };
}

/**
 * Characters of an image's configuration. Engines refuse manifests of a fraction of it; masking it all takes some
 * seconds.
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

function cleanMetadata(metadata: Json): Json {
  const copy = { ...metadata };
  requireBoundedConfig(copy.ImageConfig);
  if ("ImageConfig" in copy) copy.ImageConfig = cleanImageConfig(copy.ImageConfig);
  if (Array.isArray(copy.Layers)) copy.Layers = copy.Layers.map(cleanLayer);
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

function cleanResult(result: unknown): unknown {
  if (!isObject(result)) return result;
  const copy = { ...result };
  if (Array.isArray(copy.Secrets)) copy.Secrets = copy.Secrets.map(cleanSecret);
  if (Array.isArray(copy.Misconfigurations)) copy.Misconfigurations = copy.Misconfigurations.map(cleanMisconfiguration);
  for (const key of ["Packages", "Vulnerabilities", "Licenses", "CustomResources"])
    if (Array.isArray(copy[key])) copy[key] = copy[key].map(cleanRow);
  if (Array.isArray(copy.ExperimentalModifiedFindings))
    copy.ExperimentalModifiedFindings = copy.ExperimentalModifiedFindings.map(cleanModified);
  return copy;
}

/** Cleans a row that was suppressed. */
function cleanModified(modified: unknown): unknown {
  if (!isObject(modified) || !("Finding" in modified)) return modified;
  const { Type: type, Finding: finding } = modified;
  if (type === "vulnerability" || type === "license") return { ...modified, Finding: cleanRow(finding) };
  return { ...modified, Finding: cleanSecret(cleanMisconfiguration(finding)) };
}

/** A check quotes the instruction that it rejects, in its message and as code: `ENV TOKEN=…`. Keeps the location. */
function cleanMisconfiguration(row: unknown): unknown {
  if (!isObject(row)) return row;
  const { Message: _message, Traces: _traces, ...rest } = row;
  if (!isObject(rest.CauseMetadata)) return cleanRow(rest);
  const { Code: _code, RenderedCause: _rendered, Occurrences: _occurrences, ...cause } = rest.CauseMetadata;
  return cleanRow({ ...rest, CauseMetadata: cause });
}

function cleanSecret(secret: unknown): unknown {
  if (!isObject(secret)) return secret;
  const { Match: _match, Code: _code, ...rest } = secret;
  return cleanRow(rest);
}

/** Cleans a row. Some rows contain the instruction that made their layer. */
function cleanRow(row: unknown): unknown {
  return isObject(row) && isObject(row.Layer) && "CreatedBy" in row.Layer
    ? { ...row, Layer: cleanLayer(row.Layer) }
    : row;
}

function cleanLayer(layer: unknown): unknown {
  if (!isObject(layer) || typeof layer.CreatedBy !== "string") return layer;
  return { ...layer, CreatedBy: shownOnce(layer.CreatedBy) };
}

/** Thousands of rows repeat the instructions of a few layers. */
const MOST_SHOWN = 1_000;
const shown = new Map<string, string>();

function shownOnce(createdBy: string): string {
  const known = shown.get(createdBy);
  if (known !== undefined) return known;
  if (shown.size >= MOST_SHOWN) shown.clear();
  const text = shownInstruction(createdBy);
  shown.set(createdBy, text);
  return text;
}
