import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, textIn } from "../../../domain/json/is-object.ts";
import { repeatedKey } from "../../../domain/json/keys.ts";
import type { Target } from "../../../domain/target.ts";
import { GateError } from "../../../system/errors.ts";
import { writePieces } from "../../../system/given-files.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { SbomFacts } from "../report/coverage-facts.ts";
import { textOf } from "../report/document.ts";
import { prepareCycloneDx } from "./cyclonedx.ts";
import {
  type Json,
  Malformed,
  Misspelt,
  objectsIn,
  type Prepared,
  partIn,
  piecesOf,
  requireSpelling,
} from "./listing.ts";
import { prepareSpdx, prepareSpdxText } from "./spdx.ts";
import { unreadIn } from "./unread.ts";

/** A larger SBOM is not read a second time: its text would take this much memory, and its values as much again. */
const MOST_BYTES = 128 * 1024 * 1024;

/** An SBOM that is ready to be scanned. */
export interface ReadySbom {
  /** Absolute path of what Trivy gets: the given file, or a copy. */
  readonly location: string;
  readonly notes: readonly string[];
  scanFacts(log: LogFacts): SbomFacts;
  /** Trivy's report with the given path where it has the copy's. Writes it to `file` as well if it differs. */
  ownReport(report: Buffer, file: string): Buffer;
}

/**
 * Reads an SBOM, and writes a copy for Trivy if it would not read all of the given one.
 * @param path absolute
 * @param folder for the copy: private, and removed after the scan
 * @throws GateError `sbom-ambiguous`
 */
export function readySbom(target: Target, path: string, folder: string): ReadySbom {
  if (statSync(path).size > MOST_BYTES) return unready(path, `it has more than ${MOST_BYTES / 1024 / 1024} MiB`);
  const prepared = prepareSbom(target, readFileSync(path));
  if (prepared === undefined) return unready(path, "it is not written as its format says");
  const { listing, copy } = prepared;
  const scanFacts = (log: LogFacts): SbomFacts => ({
    isImage: listing.isImage,
    systems: listing.systems,
    listed: (packages, asked) => unreadIn(listing, packages, { ...asked, log }),
  });
  if (copy === undefined) return { location: path, notes: [], scanFacts, ownReport: (report) => report };
  const location = join(folder, "sbom.json");
  try {
    writePieces(location, copy.pieces, { flags: "wx" });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Beside its components, it has what nests deeper than JSON can be written, or read by Trivy.
    rmSync(location, { force: true });
    return unready(path, "it nests too deep");
  }
  return {
    location,
    notes: [`Trivy read a copy of the SBOM: ${copy.changes.join("; ")}.`],
    scanFacts,
    ownReport: (report, file) => renamed(report, file, [location, path]),
  };
}

function unready(location: string, unknown: string): ReadySbom {
  const scanFacts = (): SbomFacts => ({ isImage: false, systems: [], listed: () => ({ unknown }) });
  return { location, notes: [], scanFacts, ownReport: (report) => report };
}

/**
 * The name of the private folder is made after the document was written, so that no text of the document can have it.
 */
function renamed(report: Buffer, file: string, [from, to]: readonly [string, string]): Buffer {
  const [copy, given] = [from, to].map((path) => goString(path)) as [string, string];
  if (!report.includes(copy)) return report;
  const text = textOf(report).replaceAll(copy, () => given);
  writeFileSync(file, text);
  return Buffer.from(text);
}

/** A string's inside, as Go writes it into JSON (`encoding/json`). */
function goString(text: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return json.replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * What an SBOM lists, and what Trivy gets of it.
 * @returns undefined if it is not written as its format says
 * @throws GateError `sbom-ambiguous`
 */
export function prepareSbom(target: Target, bytes: Buffer): Prepared | undefined {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  // Trivy reads the beginning of a text as JSON if it can, whatever follows.
  if (!/^\s*[{[]/.test(text) && /^SPDXVersion:/m.test(text.slice(0, 65_536))) return prepareSpdxText(text);
  const document = documentIn(text);
  if (document === undefined) return undefined;
  try {
    requireOneReading(target, bytes, document);
    requireOneFormat(target, document);
    return document.payloadType === ATTESTATION ? prepareAttested(target, document) : prepareJson(document);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    if (!(error instanceof Misspelt)) throw error;
    throw ambiguous(target, `has the key ${JSON.stringify(error.key)}, which only some readers know`);
  }
}

/**
 * Go, and so Trivy, takes the last of two equal keys and reads `Components` as `components`. A reader that does
 * otherwise compares the answer with what was not scanned.
 */
function requireOneReading(target: Target, bytes: Buffer, document: Json): void {
  if (repeatedKey(bytes, document) !== undefined) throw ambiguous(target, "has a key twice in one object");
  requireSpelling(document);
}

/** The keys by which readers recognise a document: CycloneDX, SPDX, or an envelope. */
const MARKS: readonly (readonly string[])[] = [["bomFormat"], ["spdxVersion", "@graph"], ["payloadType"]];

/** Each reader looks for its own format first. */
function requireOneFormat(target: Target, document: Json, marks = MARKS): void {
  if (marks.filter((keys) => keys.some((key) => key in document)).length > 1)
    throw ambiguous(target, "is of two formats at once");
}

function prepareJson(document: Json): Prepared | undefined {
  if (document.bomFormat === "CycloneDX") return prepareCycloneDx(document);
  return "spdxVersion" in document ? prepareSpdx(document) : undefined;
}

/** What `cosign attest` writes: a statement in an envelope (DSSE). */
const ATTESTATION = "application/vnd.in-toto+json";

/** Trivy gets only the SBOM, so that it is clear which part of the statement it reads. */
function prepareAttested(target: Target, envelope: Json): Prepared | undefined {
  const payload = textIn(envelope.payload);
  const bytes = Buffer.from(payload, "base64");
  if (!isBase64(payload, bytes)) throw ambiguous(target, "has a payload that is not Base64 alone");
  const statement = documentIn(bytes.toString("utf8"));
  if (statement === undefined) return undefined;
  requireOneReading(target, bytes, statement);
  const predicate = partIn(statement, "predicate");
  const document = predicate?.Data === undefined ? predicate : partIn(predicate, "Data");
  if (document === undefined) return undefined;
  requireOneFormat(target, { ...predicate, ...statement }, [...MARKS, ["Data"]]);
  requireOneFormat(target, document);
  const prepared = prepareJson(document);
  if (prepared === undefined) return undefined;
  const list = "bomFormat" in document ? "components" : "packages";
  const pieces = prepared.copy?.pieces ?? piecesOf(document, list, objectsIn(document[list]));
  const changes = ["taken out of its attestation, whose signature nobody verified", ...(prepared.copy?.changes ?? [])];
  return { listing: prepared.listing, copy: { pieces, changes } };
}

/** Readers differ in what they make of the rest: Node.js skips it, or ends there. */
function isBase64(text: string, bytes: Buffer): boolean {
  const given = text.replace(/[\r\n]/g, "").replace(/={1,2}$/, "");
  return given === bytes.toString("base64").replace(/={1,2}$/, "") || given === bytes.toString("base64url");
}

function documentIn(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Trivy refuses what it cannot read either.
    return undefined;
  }
}

function ambiguous({ label }: Target, what: string): GateError {
  return new GateError(
    "sbom-ambiguous",
    `${label} can be read in two ways: it ${what}`,
    "Make the SBOM again, with a tool that writes each key once and as its format spells it.",
  );
}
