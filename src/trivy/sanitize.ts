import { closeSync, openSync, writeSync } from "node:fs";
import { shownInstruction } from "./instruction.ts";

type Json = Record<string, unknown>;

/**
 * Writes Trivy's JSON without what must not leave the job: the image's environment, a secret's `Match` and `Code`, the
 * values of build arguments, ARG and ENV in the image's history and in `CreatedBy`, logins in addresses.
 * @param bytes what Trivy wrote
 * @param file made with mode 0600, replaced where it exists
 * @throws SyntaxError where it is not JSON.
 */
export function writeSanitized(bytes: Buffer, file: string): void {
  const parts = sanitizedBytes(bytes) ?? [
    Buffer.from(`${JSON.stringify(sanitized(JSON.parse(bytes.toString("utf8"))), undefined, 2)}\n`),
  ];
  const descriptor = openSync(file, "w", 0o600);
  try {
    for (const part of parts) for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * The same for a parsed report: a copy as far as it differs.
 * @param report what `JSON.parse` gave
 */
export function sanitized(report: unknown): unknown {
  if (!isObject(report)) return report;
  const copy = { ...report };
  if (typeof copy.ArtifactName === "string") copy.ArtifactName = withoutLogin(copy.ArtifactName);
  if (isObject(copy.Metadata)) copy.Metadata = cleanMetadata(copy.Metadata);
  if (Array.isArray(copy.Results)) copy.Results = copy.Results.map(cleanResult);
  return copy;
}

const METADATA_START = '\n  "Metadata": {\n';
const METADATA_END = "\n  }";
/** Keys that only a rewrite of the whole report makes harmless; and an address in the head may hold a login. */
const NEEDS_REWRITE = ['"Secrets":', '"CreatedBy":', '"ExperimentalModifiedFindings":', '"CustomResources":'];

/**
 * A report of 50,000 findings has 80 MB, of which only `Metadata` must change: it is cut out, and the rest passed on as it
 * is. That needs Go's layout (`encoding/json` with two spaces): a raw line break cannot stand within a string, so that a
 * line of two spaces and `"Metadata": {` is the report's own member. Where anything looks otherwise: undefined.
 */
export function sanitizedBytes(bytes: Buffer): Buffer[] | undefined {
  if (bytes.toString("latin1", 0, 23) !== '{\n  "SchemaVersion": 2,\n') return undefined;
  if (NEEDS_REWRITE.some((key) => bytes.includes(key))) return undefined;
  const start = bytes.indexOf(METADATA_START);
  if (start === -1 || bytes.toString("latin1", 0, start).includes("://")) return undefined;
  // An escaped key would be the same member under another spelling; Go writes none.
  if (bytes.indexOf(METADATA_START, start + 1) !== -1) return undefined;
  const open = start + METADATA_START.length - 2;
  const end = bytes.indexOf(METADATA_END, open);
  if (end === -1) return undefined;
  const close = end + METADATA_END.length;
  const metadata = cleanMetadata(JSON.parse(bytes.toString("utf8", open, close)));
  const text = JSON.stringify(metadata, undefined, 2).replaceAll("\n", "\n  ");
  return [bytes.subarray(0, open), Buffer.from(text), bytes.subarray(close)];
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function cleanMetadata(metadata: Json): Json {
  const copy = { ...metadata };
  if ("ImageConfig" in copy) copy.ImageConfig = cleanImageConfig(copy.ImageConfig);
  if (Array.isArray(copy.Layers)) copy.Layers = copy.Layers.map(cleanLayer);
  if (typeof copy.RepoURL === "string") copy.RepoURL = withoutLogin(copy.RepoURL);
  return copy;
}

/** Environments stand at `config.Env`, in old images also at `container_config.Env`; nowhere are they needed. */
function cleanImageConfig(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleanImageConfig);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
    if (key.toLowerCase() === "env") return [];
    if (key === "created_by" && typeof each === "string") return [[key, shownInstruction(each)]];
    if (key === "OnBuild" && Array.isArray(each)) return [[key, each.map(cleanTrigger)]];
    // The classic builder's last instruction, as an argument list.
    if (key === "container_config") return [];
    return [[key, cleanImageConfig(each)]];
  });
  return Object.fromEntries(entries);
}

function cleanTrigger(trigger: unknown): unknown {
  return typeof trigger === "string" ? shownInstruction(trigger) : trigger;
}

function cleanResult(result: unknown): unknown {
  if (!isObject(result)) return result;
  const copy = { ...result };
  if (Array.isArray(copy.Secrets)) copy.Secrets = copy.Secrets.map(cleanSecret);
  for (const key of ["Packages", "Vulnerabilities", "Misconfigurations", "Licenses", "CustomResources"])
    if (Array.isArray(copy[key])) copy[key] = copy[key].map(cleanRow);
  if (Array.isArray(copy.ExperimentalModifiedFindings))
    copy.ExperimentalModifiedFindings = copy.ExperimentalModifiedFindings.map((modified) =>
      isObject(modified) && "Finding" in modified
        ? {
            ...modified,
            Finding: modified.Type === "secret" ? cleanSecret(modified.Finding) : cleanRow(modified.Finding),
          }
        : modified,
    );
  return copy;
}

function cleanSecret(secret: unknown): unknown {
  if (!isObject(secret)) return secret;
  const { Match: _match, Code: _code, ...rest } = secret;
  return cleanRow(rest);
}

/** Rows tell the instruction that made their layer, here and there. */
function cleanRow(row: unknown): unknown {
  return isObject(row) && isObject(row.Layer) && "CreatedBy" in row.Layer
    ? { ...row, Layer: cleanLayer(row.Layer) }
    : row;
}

function cleanLayer(layer: unknown): unknown {
  if (!isObject(layer) || typeof layer.CreatedBy !== "string") return layer;
  return { ...layer, CreatedBy: shownInstruction(layer.CreatedBy) };
}

function withoutLogin(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]+@/i, "$1***@");
}
