import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { isoSeconds, roundedSpan } from "../../../domain/dates.ts";
import { storedHash } from "../../../supply/checksums.ts";
import { readSmallText } from "../../../system/given-files.ts";
import type { DatabaseKind } from "../process/arguments.ts";

/** The Java database identifies jars, not vulnerabilities. It is built every three days, and builds sometimes stall. */
export const JAVA_MAX_AGE_MS: number = 30 * 24 * 60 * 60 * 1000;

const HOUR_MS = 60 * 60 * 1000;
const MIB = 1024 * 1024;

/** The differences between the two databases (Trivy's pkg/db and pkg/javadb). */
export const KINDS = {
  vulnerability: {
    name: "vulnerability database",
    folder: "db",
    file: "trivy.db",
    schema: 2,
    // A real one has hundreds of MiB. With a valid one without advisories, Trivy silently finds nothing.
    minBytes: MIB,
    refreshAfterMs: HOUR_MS,
    // It contains the schema's version, not Trivy's: all Trivy versions with one schema share it.
    cachePrefix: "trivy-db-v2-",
  },
  java: {
    name: "Java database",
    folder: "java-db",
    file: "trivy-java.db",
    schema: 1,
    minBytes: 1,
    refreshAfterMs: 24 * HOUR_MS,
    cachePrefix: "trivy-java-db-v1-",
  },
} as const satisfies Record<DatabaseKind, object>;

/** Their names at the start of a log line. */
export const DATABASE_NAMES: Readonly<Record<DatabaseKind, string>> = {
  vulnerability: "Vulnerability database",
  java: "Java database",
};

/** File names of a database, without the folder. */
export function filesOf(kind: DatabaseKind): string[] {
  return [KINDS[kind].file, METADATA];
}

const METADATA = "metadata.json";

/** A usable database. */
export interface Database {
  /** Absolute path of the folder with the database file and `metadata.json`. */
  readonly folder: string;
  readonly updatedAt: Date;
  readonly nextUpdate: Date;
  /** SHA-256 of its file, as the checksum has it. */
  readonly sha256?: string | undefined;
}

export type Health =
  | { readonly state: "healthy"; readonly database: Database; readonly isDue: boolean }
  | { readonly state: "missing" }
  | { readonly state: "stale" | "damaged" | "empty" | "schema"; readonly why: string };

const metadataSchema = z.object({
  Version: z.number(),
  UpdatedAt: z.iso.datetime({ offset: true }),
  NextUpdate: z.iso.datetime({ offset: true }),
  DownloadedAt: z.iso.datetime({ offset: true }),
});

type Metadata = z.infer<typeof metadataSchema>;

/**
 * Whether the database in `folder` is usable: complete, of Trivy's schema, not empty, built at most `maxAgeMs` ago, and
 * not more than an hour in the future. `isDue` follows Trivy's own rule for a refresh: NextUpdate has passed, and the
 * last download was not just now. (Otherwise, every run would download again while a build is late.)
 */
export async function checkDatabase(folder: string, kind: DatabaseKind, now: Date, maxAgeMs: number): Promise<Health> {
  try {
    return await look(folder, kind, now, maxAgeMs);
  } catch (error) {
    return { state: "damaged", why: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
  }
}

async function look(folder: string, kind: DatabaseKind, now: Date, maxAgeMs: number): Promise<Health> {
  const rules = KINDS[kind];
  const found = lookAtFiles(folder, kind);
  if ("state" in found) return found;
  const path = join(folder, rules.file);
  const damage = kind === "java" ? sqliteDamage(path, found.size) : bboltDamage(path, found.size);
  if (damage !== undefined) return { state: "damaged", why: damage };
  const lack = kind === "java" ? await jarsMissing(path) : undefined;
  if (lack !== undefined) return lack;
  return judgeAge(folder, found.metadata, { maxAgeMs, ...rules }, now);
}

/**
 * The same as {@link checkDatabase} from the metadata and the size alone, which costs nothing. Only what is not due
 * counts. Anyone who uses the database has to check it before the result counts.
 */
export function seemsUsable(folder: string, kind: DatabaseKind, now: Date, maxAgeMs: number): Database | undefined {
  try {
    const found = lookAtFiles(folder, kind);
    if ("state" in found) return undefined;
    const health = judgeAge(folder, found.metadata, { maxAgeMs, ...KINDS[kind] }, now);
    return health.state === "healthy" && !health.isDue ? health.database : undefined;
  } catch {
    return undefined;
  }
}

interface DatabaseFiles {
  readonly size: number;
  readonly metadata: Metadata;
}

function lookAtFiles(folder: string, kind: DatabaseKind): DatabaseFiles | Exclude<Health, { state: "healthy" }> {
  const rules = KINDS[kind];
  const status = statSync(join(folder, rules.file), { throwIfNoEntry: false });
  if (status?.isFile() === false) return { state: "damaged", why: `${rules.file} is no file` };
  const size = status?.size;
  const metadata = readMetadata(join(folder, METADATA));
  if (size === undefined && metadata === "missing") return { state: "missing" };
  if (size === undefined || typeof metadata === "string")
    return { state: "damaged", why: size === undefined ? `${rules.file} is missing` : "its metadata.json is unusable" };
  if (metadata.Version !== rules.schema)
    return { state: "schema", why: `it has schema ${metadata.Version}, not ${rules.schema}` };
  if (size < rules.minBytes) return { state: "empty", why: `it has only ${size} bytes, so it is empty` };
  return { size, metadata };
}

function judgeAge(
  folder: string,
  metadata: Metadata,
  rules: { readonly maxAgeMs: number; readonly refreshAfterMs: number },
  now: Date,
): Health {
  const updatedAt = new Date(metadata.UpdatedAt);
  const nextUpdate = new Date(metadata.NextUpdate);
  const age = now.getTime() - updatedAt.getTime();
  if (age < -HOUR_MS) return { state: "damaged", why: `it says it was built in the future (${isoSeconds(updatedAt)})` };
  if (age > rules.maxAgeMs)
    return {
      state: "stale",
      why: `it was built on ${isoSeconds(updatedAt)}, more than ${roundedSpan(rules.maxAgeMs)} ago`,
    };
  const sinceDownload = now.getTime() - new Date(metadata.DownloadedAt).getTime();
  // A database with a download time in the future would never be refreshed.
  const isFresh = sinceDownload <= rules.refreshAfterMs && sinceDownload > -HOUR_MS;
  const isDue = now.getTime() >= nextUpdate.getTime() && !isFresh;
  return { state: "healthy", database: { folder, updatedAt, nextUpdate }, isDue };
}

/** Bytes of `metadata.json`; a real one has 140. */
const MOST_METADATA = 64 * 1024;

function readMetadata(path: string): Metadata | "missing" | "invalid" {
  try {
    const parsed = metadataSchema.safeParse(JSON.parse(readSmallText(path, MOST_METADATA)), { jitless: true });
    return parsed.success ? parsed.data : "invalid";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "missing" : "invalid";
  }
}

/** @throws the system's error if the file cannot be read */
function firstBytes(path: string, count: number): Buffer {
  using cleanup = new DisposableStack();
  const file = cleanup.adopt(openSync(path, "r"), closeSync);
  const bytes = Buffer.alloc(count);
  return bytes.subarray(0, readSync(file, bytes, 0, count, 0));
}

/**
 * Trivy silently opens a truncated file, and may panic on it. So we check bbolt's two meta pages (magic 0xED0CDAED,
 * version 2; bbolt's page.go and db.go): the one with the later transaction has the number of pages.
 */
function bboltDamage(path: string, size: number): string | undefined {
  const head = firstBytes(path, 128 * 1024);
  const first = bboltMeta(head, 0);
  const pageSize = first?.pageSize ?? 4096;
  const metas = [first, bboltMeta(head, pageSize)].filter((meta) => meta !== undefined);
  const latest = metas.reduce<(typeof metas)[number] | undefined>(
    (best, meta) => (best === undefined || meta.transaction > best.transaction ? meta : best),
    undefined,
  );
  if (latest === undefined) return "it is no database";
  return latest.pages * BigInt(pageSize) > BigInt(size) ? "it is cut off" : undefined;
}

function bboltMeta(head: Buffer, at: number) {
  const page = head.subarray(at, at + 16 + 64);
  if (page.length < 80 || page.readUInt32LE(16) !== 0xed0cdaed || page.readUInt32LE(20) !== 2) return undefined;
  return { pageSize: page.readUInt32LE(24), pages: page.readBigUInt64LE(56), transaction: page.readBigUInt64LE(64) };
}

/** SQLite's header (fileformat2.html 1.3): the page size at 16, the number of pages at 28, both big-endian. */
function sqliteDamage(path: string, size: number): string | undefined {
  const head = firstBytes(path, 100);
  if (head.length < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is no database";
  const stored = head.readUInt16BE(16);
  const pages = head.readUInt32BE(28);
  if (pages === 0) return "it is no database";
  return (stored === 1 ? 65536 : stored) * pages > size ? "it is cut off" : undefined;
}

/** Checks that the Java database has rows. Without them it knows no jar, and Trivy silently finds nothing in jars. */
async function jarsMissing(path: string): Promise<Exclude<Health, { state: "healthy" | "missing" }> | undefined> {
  // Loaded only here: most runs have no jar.
  const { DatabaseSync } = await import("node:sqlite");
  try {
    const file = new DatabaseSync(path, { readOnly: true });
    try {
      const isEmpty = ["artifacts", "indices"].some((table) => !file.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get());
      return isEmpty ? { state: "empty", why: "it knows no jar, so it is empty" } : undefined;
    } finally {
      file.close();
    }
  } catch {
    return { state: "damaged", why: "it is no Java database of Trivy's" };
  }
}

/** A database with the SHA-256 of its file that its checksum names. */
export function withStoredHash(database: Database, kind: DatabaseKind): Database {
  const sha256 = storedHash(database.folder, KINDS[kind].file);
  return sha256 === undefined ? database : { ...database, sha256 };
}
