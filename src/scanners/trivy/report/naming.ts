import { isObject } from "../../../domain/json/is-object.ts";
import { artifactIdOf, fingerprintOf, referenceOf } from "./artifact-ids.ts";
import type { ReportDocument } from "./document.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * How an image is called. Trivy was given verified bytes in a folder, of unpacked layers: what it writes about their
 * names and packed digests comes from where the image was found.
 */
export interface ImageNaming {
  /** As Trivy would call it: a reference, or the path of a tar or layout. */
  readonly name: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** The layers' digests as they are stored, by DiffID, of those that differ. */
  readonly digests: ReadonlyMap<string, string>;
  /** The DiffIDs that Trivy took for digests, where it would have none: of a tar, or of a local engine. */
  readonly withoutDigest?: ReadonlySet<string> | undefined;
}

// Node's search jumps to each byte that is like a needle's first one, and looks at most bytes where those are many. So
// a needle begins with a capital letter, and not with the quotation mark or the line break before it.
const DIGEST = Buffer.from('Digest": "sha256:');
const HEX = 64;
const QUOTE = 0x22;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * Puts the layers' digests into a report's bytes, in place. A quotation mark in a text is escaped, so only keys are
 * found.
 */
export function restoreDigests(
  bytes: Buffer,
  { digests, withoutDigest }: Pick<ImageNaming, "digests" | "withoutDigest">,
): void {
  if (withoutDigest !== undefined) hideDigests(bytes, withoutDigest);
  if (digests.size === 0) return;
  const known = new Map([...digests].map(([diffId, digest]) => [hexOf(diffId), hexOf(digest)]));
  for (let at = bytes.indexOf(DIGEST); at !== -1; at = bytes.indexOf(DIGEST, at)) {
    const isKey = bytes[at - 1] === QUOTE;
    at += DIGEST.length;
    const digest = isKey ? known.get(bytes.toString("latin1", at, at + HEX)) : undefined;
    if (digest !== undefined) bytes.write(digest, at, "latin1");
  }
}

/** Puts spaces in the place of the key, its value and its comma. */
function hideDigests(bytes: Buffer, diffIds: ReadonlySet<string>): void {
  const known = new Set([...diffIds].map(hexOf));
  for (let at = bytes.indexOf(DIGEST); at !== -1; at = bytes.indexOf(DIGEST, at + DIGEST.length)) {
    const value = at + DIGEST.length;
    const close = value + HEX;
    const isWhole = bytes[at - 1] === QUOTE && bytes[close] === QUOTE && bytes[close + 1] === COMMA;
    if (isWhole && known.has(bytes.toString("latin1", value, close))) bytes.fill(SPACE, at - 1, close + 2);
  }
}

function hexOf(digest: string): string {
  return digest.slice(digest.indexOf(":") + 1);
}

/** The same report of an image by its name. Of the rows, {@link restoreFingerprints} changes the ids. */
export function namedDocument(document: ReportDocument, naming: ImageNaming): ReportDocument {
  const { head, results } = document;
  return {
    head: namedHead(head, naming),
    results: results.map((result) => ({ ...result, fields: namedResult(result.fields, head.ArtifactName, naming) })),
  };
}

/** The same for a parsed report. */
export function namedReport(report: unknown, naming: ImageNaming): unknown {
  if (!isObject(report)) return report;
  const { ArtifactName: former, Results: results } = report;
  const named = namedHead(report, naming);
  if (!Array.isArray(results)) return named;
  return { ...named, Results: results.map((each) => withFingerprints(namedResult(each, former, naming), named)) };
}

function namedHead(head: Json, naming: ImageNaming): Json {
  const { Metadata: metadata, ArtifactID: id } = head;
  const imageId = isObject(metadata) ? metadata.ImageID : undefined;
  return {
    ...head,
    ...(typeof id === "string" &&
      typeof imageId === "string" && { ArtifactID: artifactIdOf(imageId, referenceOf(naming)) }),
    ArtifactName: naming.name,
    ...(isObject(metadata) && { Metadata: namedMetadata(metadata, naming) }),
  };
}

function withFingerprints(result: unknown, { ArtifactID: artifactId }: Json): unknown {
  if (!isObject(result) || !Array.isArray(result.Vulnerabilities) || typeof artifactId !== "string") return result;
  const { Target: target = "", Vulnerabilities: rows } = result;
  const named = rows.map((row) => {
    if (!isObject(row) || typeof row.Fingerprint !== "string") return row;
    const { PkgID: packageId = "", VulnerabilityID: advisory = "" } = row;
    const ids = { packageId: String(packageId), advisory: String(advisory) };
    return { ...row, Fingerprint: `sha256:${fingerprintOf(artifactId, String(target), ids)}` };
  });
  return { ...result, Vulnerabilities: named };
}

const FINGERPRINT = Buffer.from('Fingerprint": "sha256:');
const ADVISORY = Buffer.from('VulnerabilityID": ');
const PACKAGE = Buffer.from('PkgID": ');
/** Before the quotation mark of a row's own key. */
const INDENT = 10;

/**
 * Puts the fingerprints into a result's rows, in place.
 * @param bytes of one result in Go's layout, where only a row's own keys have this indentation
 */
export function restoreFingerprints(bytes: Buffer, artifactId: string, target: string): void {
  let next = keyIn(bytes, ADVISORY, 0);
  while (next !== -1) {
    const at = next;
    next = keyIn(bytes, ADVISORY, at + ADVISORY.length);
    const row = bytes.subarray(at, next === -1 ? bytes.length : next);
    const fingerprint = keyIn(row, FINGERPRINT, 0);
    if (fingerprint === -1) continue;
    const ids = { packageId: packageIn(row), advisory: textAt(row, ADVISORY.length) };
    row.write(fingerprintOf(artifactId, target, ids), fingerprint + FINGERPRINT.length, "latin1");
  }
}

/** Where the next key of a row begins, after its quotation mark; -1 without it. */
function keyIn(bytes: Buffer, key: Buffer, from: number): number {
  let at = bytes.indexOf(key, from);
  while (at !== -1 && !isIndented(bytes, at - 1)) at = bytes.indexOf(key, at + key.length);
  return at;
}

function isIndented(bytes: Buffer, quote: number): boolean {
  if (bytes[quote] !== QUOTE || bytes[quote - INDENT - 1] !== NEWLINE) return false;
  for (let at = quote - INDENT; at < quote; at++) if (bytes[at] !== SPACE) return false;
  return true;
}

/** Empty without it. */
function packageIn(row: Buffer): string {
  const at = keyIn(row, PACKAGE, 0);
  return at === -1 ? "" : textAt(row, at + PACKAGE.length);
}

/** The value that ends a line, as text. Nearly all are texts without an escape, which need not be parsed. */
function textAt(fields: Buffer, at: number): string {
  if (fields[at] === QUOTE) {
    let end = at + 1;
    while (end < fields.length && fields[end] !== QUOTE && fields[end] !== BACKSLASH) end++;
    if (fields[end] === QUOTE) return fields.toString("utf8", at + 1, end);
  }
  const end = fields.indexOf(NEWLINE, at);
  const line = fields.toString("utf8", at, end === -1 ? fields.length : end).replace(/,$/, "");
  return String(JSON.parse(line));
}

function namedResult(fields: unknown, former: unknown, { name }: ImageNaming): unknown {
  const target = isNamedAfter(fields, former) ? `${name}${fields.Target.slice(String(former).length)}` : undefined;
  return target === undefined ? fields : { ...(fields as Json), Target: target };
}

/** A system's packages, and what is found in the configuration, have the artifact's name as their target. */
export function isNamedAfter(fields: unknown, artifact: unknown): fields is { readonly Target: string } {
  if (!isObject(fields) || typeof fields.Target !== "string" || typeof artifact !== "string" || artifact === "")
    return false;
  return fields.Target === artifact || (fields.Class === "os-pkgs" && fields.Target.startsWith(`${artifact} (`));
}

/** The names stand where Trivy writes them: before the configuration. */
function namedMetadata(metadata: Json, naming: ImageNaming): Json {
  const { repoTags, repoDigests } = naming;
  const reference = referenceOf(naming);
  const {
    RepoTags: _tags,
    RepoDigests: _digests,
    Reference: _reference,
    ImageConfig: config,
    Layers: layers,
    ...rest
  } = metadata;
  return {
    ...rest,
    ...(repoTags.length > 0 && { RepoTags: repoTags }),
    ...(repoDigests.length > 0 && { RepoDigests: repoDigests }),
    ...(reference !== undefined && { Reference: reference }),
    ...(config !== undefined && { ImageConfig: config }),
    ...(layers !== undefined && { Layers: layers }),
  };
}
