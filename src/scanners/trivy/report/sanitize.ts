import {
  chmodSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { shownInstruction } from "../../../domain/image/layer-instruction.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import { withoutLogin } from "../../../domain/secrets/logins.ts";
import { argumentsWithoutSecrets, withoutSecrets } from "../../../domain/secrets/mask-secrets.ts";
import { GateError } from "../../../system/errors.ts";
import { type ReportDocument, type ReportSource, reportTooLarge, textOf } from "./document.ts";
import { type ImageNaming, isNamedAfter, namedReport, restoreDigests, restoreFingerprints } from "./naming.ts";
import type { ReportFile } from "./report-file.ts";

type Json = Record<string, unknown>;

/** A report that was read, see {@link ReportDocument}. */
interface Written {
  /** Absolute path where Trivy wrote it. Removed or changed afterwards. */
  readonly raw: string;
  readonly document: ReportDocument;
}

/** A report in memory. */
interface WrittenBytes extends Written {
  readonly bytes: Buffer;
}

/** An image's report, of which nothing was changed yet. */
interface WrittenImage extends Written {
  readonly source: ReportFile;
  /** How the image is called. {@link document} has these names already. */
  readonly naming: ImageNaming;
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
export function writeSanitized({ raw, bytes, document }: WrittenBytes, file: string): void {
  const isPlain = !needsRewrite(document) && !bytes.includes(CREATED_BY);
  const patch = isPlain ? metadataPatch(bytes, document) : undefined;
  if (patch === undefined) rewrite(raw, bytes, undefined);
  else overwrite(raw, patch);
  place(raw, file);
}

/**
 * The same for an image's report, with its names, the digests of its layers and the fingerprints that follow from both.
 * @param windowBytes for tests
 */
export function writeNamed({ raw, source, document, naming }: WrittenImage, file: string, windowBytes = WINDOW): void {
  const isPlain = !needsRewrite(document) && source.indexOf(CREATED_BY, 0) === -1;
  const edits = isPlain ? namingEdits(source, document) : undefined;
  if (edits === undefined) {
    const bytes = wholeFile(raw);
    restoreDigests(bytes, naming);
    rewrite(raw, bytes, naming);
  } else writeEdited(raw, source, { ...edits, naming, windowBytes });
  place(raw, file);
}

function wholeFile(raw: string): Buffer {
  try {
    return readFileSync(raw);
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === "ERR_FS_FILE_TOO_LARGE" ? reportTooLarge(cause) : cause;
  }
}

function place(raw: string, file: string): void {
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

/** Bytes of a report that are in memory at a time. */
const WINDOW = 256 << 10;
/** More bytes than before that edits may make of what stands before a place. The least length of a large part. */
const MOST_GROWTH = 32 << 10;

interface Editing extends Edits {
  readonly naming: ImageNaming;
  readonly windowBytes: number;
}

/** Over the old text: pages that the system has already need not be asked for. */
function writeEdited(raw: string, source: ReportFile, editing: Editing): void {
  const { edits } = editing;
  const descriptor = openSync(raw, "r+");
  let written = 0;
  const waiting: Buffer[] = [];
  // What is not read yet must not be overwritten.
  const write = (read: number) => {
    for (let part = waiting[0]; part !== undefined && written + part.length <= read; part = waiting[0]) {
      for (let done = 0; done < part.length; )
        done += writeSync(descriptor, part, done, part.length - done, written + done);
      written += part.length;
      waiting.shift();
    }
  };
  try {
    let from = 0;
    for (const { at, length, text } of [...edits, { at: source.length, length: 0, text: "" }]) {
      for (const { bytes, end } of partsBetween(source, from, at, editing)) {
        // A small part can wait for long, and its buffer is used again.
        waiting.push(bytes.length < MOST_GROWTH ? Buffer.from(bytes) : bytes);
        write(end);
      }
      if (text !== "") waiting.push(Buffer.from(text));
      from = at + length;
    }
    write(Number.POSITIVE_INFINITY);
    ftruncateSync(descriptor, written);
  } finally {
    closeSync(descriptor);
  }
}

/** A row of a list begins after it. */
const ROW_BREAK = Buffer.from("\n        {\n");

/** What stands between two offsets, with its digests and fingerprints, in parts that have whole rows. */
function* partsBetween(
  source: ReportFile,
  from: number,
  to: number,
  { naming, results, artifactId, windowBytes }: Editing,
): Generator<{ readonly bytes: Buffer; readonly end: number }> {
  let room: Buffer = Buffer.allocUnsafeSlow(Math.min(windowBytes, to - from));
  let other: Buffer | undefined;
  for (let at = from; at < to; ) {
    const seen = source.read(room.subarray(0, Math.min(room.length, to - at)), at);
    const isLast = at + seen.length >= to;
    const length = isLast ? seen.length : seen.lastIndexOf(ROW_BREAK) + 1;
    if (length === 0) {
      // A row that is longer.
      room = Buffer.allocUnsafeSlow(room.length * 2);
      continue;
    }
    const bytes = seen.subarray(0, length);
    restoreDigests(bytes, naming);
    const result = results.findLast((each) => each.at <= at);
    if (artifactId !== undefined && result !== undefined) restoreFingerprints(bytes, artifactId, result.target);
    at += length;
    yield { bytes, end: at };
    // A large part may still have to be written while the next one is read.
    if (length >= MOST_GROWTH) [room, other] = [other ?? Buffer.allocUnsafeSlow(room.length), room];
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

/** Whether anything outside of `Metadata` must change, apart from a layer's {@link CREATED_BY}. */
function needsRewrite({ head, results }: ReportDocument): boolean {
  if (typeof head.ArtifactName === "string" && withoutLogin(head.ArtifactName) !== head.ArtifactName) return true;
  // Any other list may contain secrets.
  return results.some(({ rows }) => [...rows.keys()].some((key) => !PLAIN_ROWS.has(key)));
}

/**
 * The end of a key. A quotation mark within a string would be escaped, so this ends one. A search for all of
 * `CreatedBy` takes three times as long.
 */
const CREATED_BY = Buffer.from('tedBy":');

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

const NAME = Buffer.from('\n  "ArtifactName": ');
const ID = Buffer.from('\n  "ArtifactID": ');
const TARGET = Buffer.from('\n      "Target": ');
const METADATA_START = Buffer.from(METADATA);
const METADATA_CLOSE = Buffer.from(METADATA_END);

interface Edits {
  /** In order, and apart from each other. */
  readonly edits: readonly Edit[];
  /** Where each result begins, and its target by the image's name. */
  readonly results: readonly { readonly at: number; readonly target: string }[];
  /** Absent: the report has no fingerprints. */
  readonly artifactId: string | undefined;
}

/**
 * The edits that give a report in Go's layout its names, and clean its `Metadata`. Undefined if the layout differs.
 * @param document with the names
 */
function namingEdits(source: ReportSource, { head, results }: ReportDocument): Edits | undefined {
  const name = lineAfter(source, NAME, 0);
  const start = source.indexOf(METADATA_START, 0);
  const end = source.indexOf(METADATA_CLOSE, start + METADATA.length - 2);
  if (source.byteAt(0) !== 0x7b || name === undefined || start < name.at || end === -1 || !isObject(head.Metadata))
    return undefined;
  const targets = targetLines(source, results, end);
  if (targets === undefined) return undefined;
  const artifactId = typeof head.ArtifactID === "string" ? head.ArtifactID : undefined;
  const id = artifactId === undefined ? undefined : lineAfter(source, ID, 0);
  if (artifactId !== undefined && (id === undefined || id.at > name.at)) return undefined;
  const at = start + METADATA.length - 2;
  const metadata = JSON.stringify(cleanMetadata(head.Metadata), undefined, 2).replaceAll("\n", "\n  ");
  // One for each result, so that no part has rows of two.
  const named = targets.map((line, index): Edit => {
    const { fields } = results[index] ?? {};
    return isNamedAfter(fields, head.ArtifactName)
      ? { ...line, text: JSON.stringify(fields.Target) }
      : { at: line.at, length: 0, text: "" };
  });
  const edits = [
    ...(id === undefined ? [] : [{ ...id, text: JSON.stringify(artifactId) }]),
    { ...name, text: JSON.stringify(head.ArtifactName) },
    { at, length: end + METADATA_END.length - at, text: metadata },
    ...named,
  ];
  if (edits.reduce((sum, { length, text }) => sum + Math.max(0, Buffer.byteLength(text) - length), 0) > MOST_GROWTH)
    return undefined;
  const begun = targets.map(({ at }, index) => {
    const fields = results[index]?.fields;
    return { at, target: isObject(fields) ? String(fields.Target) : "" };
  });
  return { edits, results: begun, artifactId };
}

type Line = Pick<Edit, "at" | "length">;

/** The targets of all results, in their order. Only a result's own target has this indentation. */
function targetLines(source: ReportSource, results: ReportDocument["results"], from: number): Line[] | undefined {
  const lines: Line[] = [];
  for (const { fields } of results) {
    const line = lineAfter(source, TARGET, lines.at(-1)?.at ?? from);
    // Without a target of its own, the next line would be that of another result.
    if (line === undefined || !isObject(fields) || fields.Target === undefined) return undefined;
    lines.push(line);
  }
  return lines;
}

const NEWLINE = Buffer.from("\n");

/** The value that ends a line, without the comma. */
function lineAfter(source: ReportSource, key: Buffer, from: number): Line | undefined {
  const start = source.indexOf(key, from);
  const end = start === -1 ? -1 : source.indexOf(NEWLINE, start + key.length);
  if (end === -1) return undefined;
  const at = start + key.length;
  return { at, length: end - at - (source.byteAt(end - 1) === 0x2c ? 1 : 0) };
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
