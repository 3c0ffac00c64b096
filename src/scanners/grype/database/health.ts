import { statSync } from "node:fs";
import { join } from "node:path";
import { isoSeconds, roundedSpan } from "../../../domain/dates.ts";
import { brokenChecksum, storedHash } from "../../../supply/checksums.ts";
import { readSmallText } from "../../../system/given-files.ts";
import { compareVersions } from "../../../system/version-order.ts";
import { type DatabaseFacts, factsOf } from "./facts.ts";

/** A usable database. */
export interface Database extends DatabaseFacts {
  /** Absolute path of the folder with its files. */
  readonly folder: string;
  /** SHA-256 of its file, as the checksum has it. */
  readonly sha256?: string | undefined;
}

export type Health =
  | { readonly state: "healthy"; readonly database: Database }
  | { readonly state: "missing" }
  | { readonly state: "stale" | "damaged" | "empty" | "schema" | "foreign" | "replaced"; readonly why: string };

/** The only model of a database that this code and Grype from 0.88 know. */
export const MODEL = "6";
/** The database's own file. */
export const FILE = "vulnerability.db";
/** Names the archive that a database was imported from, and the Grype that did it. */
export const ARCHIVE_NOTE = "archive.json";
/** What Grype wrote about its import. Without it, it takes no database. */
const IMPORT_NOTE = "import.json";
export const FILES: readonly string[] = [FILE, IMPORT_NOTE, ARCHIVE_NOTE];

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;

export interface HealthRules {
  /** In milliseconds. */
  readonly maxAgeMs: number;
  readonly now: Date;
  /** Bytes of the smallest database that can be a real one, which has hundreds of MiB. Only tests lower it. */
  readonly minBytes?: number | undefined;
  /** Version of the Grype that reads it. */
  readonly grype: string;
}

/**
 * Whether a database is usable: complete, of Grype's schema, not empty, and with a source that is young enough. Which
 * of its sources matter depends on the image, so an old one does not spoil it here.
 */
export async function checkDatabase(
  folder: string,
  { maxAgeMs, now, minBytes = MIB, grype }: HealthRules,
): Promise<Health> {
  const file = join(folder, FILE);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return { state: "missing" };
  let facts: DatabaseFacts;
  try {
    facts = await factsOf(file);
  } catch (error) {
    return { state: "damaged", why: `it is no database of Grype's (${(error as Error).message.slice(0, 200)})` };
  }
  if (facts.schema.split(".")[0] !== MODEL)
    return { state: "schema", why: `it has the schema ${facts.schema}, and this Grype reads ${MODEL}` };
  const older = olderThanDatabase(folder, facts, grype);
  if (older !== undefined) return { state: "schema", why: older };
  if (size < minBytes) return { state: "empty", why: `it has only ${size} bytes, so it is empty` };
  if (!facts.hasAdvisories) return { state: "empty", why: "it has no advisories" };
  const dates = [facts.built, ...facts.captured.values()].map((date) => date.getTime());
  if (Number.isNaN(facts.built.getTime())) return { state: "damaged", why: "it does not say when it was built" };
  const newest = Math.max(...dates.filter((date) => !Number.isNaN(date)));
  if (newest > now.getTime() + HOUR_MS)
    return { state: "damaged", why: `it says that it is of the future (${isoSeconds(new Date(newest))})` };
  if (now.getTime() - newest > maxAgeMs)
    return {
      state: "stale",
      why: `the newest of its sources is of ${isoSeconds(new Date(newest))}, more than ${roundedSpan(maxAgeMs)} ago`,
    };
  return { state: "healthy", database: { ...facts, folder, sha256: storedHash(folder, FILE) } };
}

/** Bytes of one; a real one has some hundred. */
const MOST_NOTE = 1024 * 1024;

/** What a file of a database's folder says. Undefined: it cannot be read. */
export function noteIn(folder: string, name: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const note: unknown = JSON.parse(readSmallText(join(folder, name), MOST_NOTE));
    return typeof note === "object" && note !== null ? (note as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether Grype is older than the database, as the end of a sentence. It only compares the model, but a later revision
 * may hold what it does not understand (`db/v6/db.go`), and it would find less. The Grype that imported the database
 * has noted which revision it knows; one that is older than that Grype may know less.
 */
function olderThanDatabase(folder: string, { schema }: DatabaseFacts, grype: string): string | undefined {
  const [, known] = /^v?(\d+\.\d+)\.\d+$/.exec(String(noteIn(folder, IMPORT_NOTE)?.client_version)) ?? [];
  if (known !== undefined && compareVersions(`${known}.0`, `${schema.split(".").slice(0, 2).join(".")}.0`) < 0)
    return `it has the schema ${schema}, and this Grype is older: it reads ${known}`;
  const importer = noteIn(folder, ARCHIVE_NOTE)?.grype;
  return typeof importer === "string" && compareVersions(grype, importer) < 0
    ? `Grype ${importer} has imported it, and this Grype is older (${grype})`
    : undefined;
}

/** The same, and its files are the ones that were downloaded. */
export async function checkStored(folder: string, rules: HealthRules): Promise<Health> {
  const health = await checkDatabase(folder, rules);
  if (health.state === "missing") return health;
  const broken = await brokenChecksum(folder, FILES);
  return broken === undefined ? health : { state: "replaced", why: broken };
}
