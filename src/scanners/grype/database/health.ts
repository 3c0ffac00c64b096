import { statSync } from "node:fs";
import { join } from "node:path";
import { compareDotted } from "../../../domain/versions/order.ts";
import { tryOr } from "../../../system/errors.ts";
import { readSmallText } from "../../../system/given-files.ts";
import { faultOfAge } from "../../database-fault.ts";
import { type DatabaseFacts, factsOf } from "./facts.ts";

/** A usable database. */
export interface Database extends DatabaseFacts {
  /** Absolute path of the folder with its files. */
  readonly folder: string;
  /** SHA-256 of its file, as hashed in this run. */
  readonly sha256?: string | undefined;
}

export interface Fault {
  readonly reason: "stale" | "damaged" | "empty" | "schema";
  /** The end of a sentence. */
  readonly why: string;
}

/** The only model of a database that this code and Grype from 0.88 know. */
export const MODEL = "6";
/** The database's own file. */
export const FILE = "vulnerability.db";
/** Grype's note about its import. Without it, Grype does not use a database. */
const IMPORT_NOTE = "import.json";
export const FILES: readonly string[] = [FILE, IMPORT_NOTE];

const MIB = 1024 * 1024;

export interface HealthRules {
  /** In milliseconds. */
  readonly maxAgeMs: number;
  readonly now: Date;
  /** Bytes of the smallest plausible database; a real one has hundreds of MiB. Only tests lower it. */
  readonly minBytes?: number | undefined;
  /** Version of the Grype that reads it. */
  readonly grype: string;
}

/**
 * True if a database is usable: complete, of Grype's schema, not empty, and with a source that is young enough. An old
 * source does not matter here, since the image decides which sources count.
 * @param importer version of the Grype that imported it
 */
export async function checkDatabase(
  folder: string,
  importer: string | undefined,
  { maxAgeMs, now, minBytes = MIB, grype }: HealthRules,
): Promise<DatabaseFacts | Fault> {
  const file = join(folder, FILE);
  let facts: DatabaseFacts;
  try {
    facts = await factsOf(file);
  } catch (error) {
    return { reason: "damaged", why: `it is not a database of Grype's (${(error as Error).message.slice(0, 200)})` };
  }
  if (facts.schema.split(".")[0] !== MODEL)
    return { reason: "schema", why: `it has the schema ${facts.schema}, and this Grype reads ${MODEL}` };
  const older = olderThanDatabase(folder, facts, { grype, importer });
  if (older !== undefined) return { reason: "schema", why: older };
  const { size } = statSync(file);
  if (size < minBytes) return { reason: "empty", why: `it has only ${size} bytes, so it is empty` };
  if (!facts.hasAdvisories) return { reason: "empty", why: "it has no advisories" };
  const dates = [facts.built, ...facts.captured.values()].map((date) => date.getTime());
  if (Number.isNaN(facts.built.getTime())) return { reason: "damaged", why: "it does not say when it was built" };
  const newest = Math.max(...dates.filter((date) => !Number.isNaN(date)));
  return faultOfAge(new Date(newest), "the date of its newest source is", { now, maxAgeMs }) ?? facts;
}

/** Bytes of a note; a real one has some hundred. */
const MOST_NOTE = 1024 * 1024;

/** The version of the Grype that imported a database, according to its note. */
function importerIn(folder: string): string | undefined {
  return tryOr(() => {
    const note: unknown = JSON.parse(readSmallText(join(folder, IMPORT_NOTE), MOST_NOTE));
    return String((note as { client_version?: unknown } | null)?.client_version);
  }, undefined);
}

/**
 * True if Grype is older than the database, as the end of a sentence. Grype only compares the model, but a later
 * revision may contain parts that it does not understand (`db/v6/db.go`), so it would find less. The Grype that
 * imported the database has noted its revision; an older one than that may know less.
 */
function olderThanDatabase(
  folder: string,
  { schema }: DatabaseFacts,
  { grype, importer }: { readonly grype: string; readonly importer: string | undefined },
): string | undefined {
  const [, known] = /^v?(\d+\.\d+)\.\d+$/.exec(importerIn(folder) ?? "") ?? [];
  if (known !== undefined && compareDotted(`${known}.0`, `${schema.split(".").slice(0, 2).join(".")}.0`) < 0)
    return `it has the schema ${schema}, and this Grype is older: it reads ${known}`;
  return importer !== undefined && compareDotted(grype, importer) < 0
    ? `Grype ${importer} has imported it, and this Grype is older (${grype})`
    : undefined;
}
