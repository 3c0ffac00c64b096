import type { Episode, FindingRecord, ImageRecord, Instant } from "../domain/history/record.ts";
import { JsonFault, parseStrict } from "../domain/json/parse-strict.ts";
import type { ServerRun } from "../domain/run-stamp.ts";
import { SEVERITIES, severityName } from "../domain/severity.ts";
import { type Check, count, day, instant, listOf, Malformed, mapping, mappingOf, oneOf, text } from "./check.ts";
import { isStatePath } from "./layout.ts";

/** The version of the documents that this code writes, and the highest that it reads. */
export const STATE_VERSION = 1;

/** Bytes of one document, far beyond 100,000 findings of one image. More is neither read nor written. */
export const MAX_BYTES = 64 << 20;

/** What `index.json` says. */
export interface StateIndex {
  readonly version: typeof STATE_VERSION;
  /** When the last run was that wrote it. */
  readonly updated: Instant;
  /** The newest of the platform's runs that wrote it. Absent: none had a number. */
  readonly run?: ServerRun | undefined;
  /** SHA-256 of each other file, by its path. */
  readonly files: Readonly<Record<string, string>>;
}

/** A document is of a newer version than this code knows. */
export class NewerVersion extends Error {}

const KINDS = ["vulnerability", "misconfiguration", "secret", "license"];

const episodeKeys = mapping({
  required: { opened: instant },
  optional: { closed: instant, why: oneOf(["fixed", "withdrawn", "gone"]) },
});

/** Episodes follow one another: only the last may be open, and no time runs backwards. */
const episodes: Check = (value, at) => {
  if (!Array.isArray(value) || value.length === 0) throw new Malformed(`${at} is not a list of at least one`);
  let last = "";
  value.forEach((each: Episode, index) => {
    episodeKeys(each, at);
    const isLast = index === value.length - 1;
    if ((each.closed === undefined) !== (each.why === undefined))
      throw new Malformed(`${at} has an end without a reason`);
    if (each.closed === undefined && !isLast) throw new Malformed(`${at} has an open one before the last`);
    if (each.opened < last || (each.closed ?? each.opened) < each.opened) throw new Malformed(`${at} overlap`);
    last = each.closed ?? each.opened;
  });
};

const finding = mapping({
  required: {
    kind: oneOf(KINDS),
    id: text,
    severity: oneOf(SEVERITIES.map(severityName)),
    "first-seen": instant,
    "last-seen": instant,
    episodes,
  },
  optional: {
    aliases: listOf(text),
    package: text,
    path: text,
    versions: listOf(text),
    "fix-since": instant,
    "accepted-by": oneOf(["exception", "vex"]),
    "accepted-until": day,
    "seen-by": listOf(text),
  },
});

const running = mapping({
  required: { reference: text, where: listOf(mapping({ required: { source: text, name: text }, optional: {} })) },
  optional: { digest: text, "image-id": text, platform: text, scanned: instant },
});

const image = mapping({
  required: {
    version: oneOf([STATE_VERSION]),
    image: text,
    "first-seen": instant,
    "last-seen": instant,
    running: listOf(running),
    findings: listOf(finding),
  },
  optional: { "last-scan": instant, "scanned-by": listOf(text), "gone-since": instant, gaps: count },
});

const files: Check = (value, at) => {
  for (const [path, hash] of Object.entries(mappingOf(value, at))) {
    if (!isStatePath(path)) throw new Malformed(`${at} names ${JSON.stringify(path.slice(0, 100))}`);
    if (typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash)) throw new Malformed(`${at} has a hash that is none`);
  }
};

const run = mapping({ required: { server: text, number: count }, optional: {} });
const index = mapping({ required: { version: oneOf([STATE_VERSION]), updated: instant, files }, optional: { run } });

/**
 * Reads an image's history.
 * @throws Malformed, NewerVersion
 */
export function readImage(bytes: Buffer): ImageRecord {
  return read<ImageRecord>(bytes, image);
}

/**
 * Reads `index.json`.
 * @throws Malformed, NewerVersion
 */
export function readIndex(bytes: Buffer): StateIndex {
  return read<StateIndex>(bytes, index);
}

function read<T>(bytes: Buffer, check: Check): T {
  if (bytes.length > MAX_BYTES) throw new Malformed(`it has more than ${MAX_BYTES} bytes`);
  const value = parse(bytes);
  const version = (value as { readonly version?: unknown } | null)?.version;
  if (typeof version === "number" && version > STATE_VERSION) throw new NewerVersion(`its version is ${version}`);
  check(value, "it");
  return value as T;
}

function parse(bytes: Buffer): unknown {
  try {
    return parseStrict(bytes);
  } catch (fault) {
    throw fault instanceof JsonFault ? new Malformed(`it ${fault.message}`) : fault;
  }
}

/** The text of an image's history: one line a finding, so that its differences can be read. */
export function imageText({ running: runs, findings, ...head }: ImageRecord): string {
  const lines = Object.entries(head).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${JSON.stringify(key)}: ${JSON.stringify(value)},`],
  );
  return `{\n${lines.join("\n")}\n "running": ${listText(runs)},\n "findings": ${listText(findings)}\n}\n`;
}

function listText(items: readonly (FindingRecord | ImageRecord["running"][number])[]): string {
  if (items.length === 0) return "[]";
  let lines = "";
  for (const item of items) lines += `${lines === "" ? "" : ","}\n  ${JSON.stringify(item)}`;
  return `[${lines}\n ]`;
}

/** The text of `index.json`: one line a file, in order. */
export function indexText({ version, updated, run: newest, files: listed }: StateIndex): string {
  const sorted = Object.fromEntries(Object.entries(listed).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version, updated, run: newest, files: sorted }, null, 1)}\n`;
}
