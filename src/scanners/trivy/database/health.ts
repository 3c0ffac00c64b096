import { closeSync, mkdirSync, openSync, readSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Usable } from "../../../supply/kept.ts";
import { tryOr } from "../../../system/errors.ts";
import { readSmallText } from "../../../system/given-files.ts";
import { faultOfAge } from "../../database-fault.ts";
import type { DatabaseKind } from "../process/arguments.ts";

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
    artifact: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
    refreshAfterMs: HOUR_MS,
    maxAgeMs: undefined,
    // It contains the schema's version, not Trivy's: all Trivy versions with one schema share it.
    cachePrefix: "trivy-db-v2-",
  },
  java: {
    name: "Java database",
    folder: "java-db",
    file: "trivy-java.db",
    schema: 1,
    minBytes: 1,
    artifact: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip",
    refreshAfterMs: 24 * HOUR_MS,
    // It identifies jars, not vulnerabilities. It is built every three days, and builds sometimes stall.
    maxAgeMs: 30 * 24 * HOUR_MS,
    cachePrefix: "trivy-java-db-v1-",
  },
} as const satisfies Record<DatabaseKind, object>;

/** File names of a database, without the folder. */
export function filesOf(kind: DatabaseKind): string[] {
  return [KINDS[kind].file, METADATA];
}

export const METADATA = "metadata.json";

/** When a database was built, and when the next one should be. */
export interface DatabaseDates {
  readonly updatedAt: Date;
  readonly nextUpdate: Date;
}

/** A usable database. */
export interface Database extends DatabaseDates {
  /** Absolute path of the folder with the database file and `metadata.json`. */
  readonly folder: string;
  /** SHA-256 of its file, as hashed in this run. */
  readonly sha256?: string | undefined;
}

const metadataSchema = z.object({
  Version: z.number(),
  UpdatedAt: z.iso.datetime({ offset: true }),
  NextUpdate: z.iso.datetime({ offset: true }),
});

type Metadata = z.infer<typeof metadataSchema>;

type Fault = { readonly reason: "damaged" | "schema" | "empty" | "stale"; readonly why: string };

interface Rules {
  readonly now: Date;
  /** Maximum age since it was built, in milliseconds, unless its kind has another one. */
  readonly maxAgeMs: number;
  /** The time at which its source last confirmed that this is its newest database. */
  readonly checkedAt: string;
}

/**
 * True if the database in `folder` is usable: complete, of Trivy's schema, not empty, built at most `maxAgeMs` ago, and
 * not more than an hour in the future. `isDue` follows Trivy's own rule for a refresh: NextUpdate has passed, and its
 * source was not asked just now. (Otherwise, every run would ask again while a build is late.)
 */
export async function checkDatabase(
  folder: string,
  kind: DatabaseKind,
  rules: Rules,
): Promise<Usable<DatabaseDates> | Fault> {
  try {
    const metadata = readMetadata(folder);
    if (metadata === undefined) return { reason: "damaged", why: "its metadata.json is unusable" };
    return (await damageOf(folder, kind, metadata)) ?? judgeAge(metadata, kind, rules);
  } catch (error) {
    return { reason: "damaged", why: `it cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
  }
}

async function damageOf(folder: string, kind: DatabaseKind, metadata: Metadata): Promise<Fault | undefined> {
  const { file, schema, minBytes } = KINDS[kind];
  const path = join(folder, file);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isFile() !== true) return { reason: "damaged", why: `${file} is missing` };
  const { size } = status;
  if (metadata.Version !== schema) return { reason: "schema", why: `it has schema ${metadata.Version}, not ${schema}` };
  if (size < minBytes) return { reason: "empty", why: `it has only ${size} bytes, so it is empty` };
  const damage = kind === "java" ? sqliteDamage(path, size) : bboltDamage(path, size);
  if (damage !== undefined) return { reason: "damaged", why: damage };
  return kind === "java" ? jarsMissing(path) : undefined;
}

function judgeAge(metadata: Metadata, kind: DatabaseKind, { now, maxAgeMs: asked, checkedAt }: Rules) {
  const updatedAt = new Date(metadata.UpdatedAt);
  const nextUpdate = new Date(metadata.NextUpdate);
  const { refreshAfterMs, maxAgeMs = asked } = KINDS[kind];
  const fault = faultOfAge(updatedAt, "it was built on", { now, maxAgeMs });
  if (fault !== undefined) return fault;
  const sinceCheck = now.getTime() - Date.parse(checkedAt);
  // A database that was checked in the future would never be refreshed.
  const isFresh = sinceCheck <= refreshAfterMs && sinceCheck > -HOUR_MS;
  const isDue = now.getTime() >= nextUpdate.getTime() && !isFresh;
  return { value: { updatedAt, nextUpdate }, dated: updatedAt, isDue };
}

/** Bytes of `metadata.json`; a real one has 140. */
const MOST_METADATA = 64 * 1024;

function readMetadata(folder: string): Metadata | undefined {
  const text = () => readSmallText(join(folder, METADATA), MOST_METADATA);
  return tryOr(() => metadataSchema.safeParse(JSON.parse(text()), { jitless: true }).data, undefined);
}

/** Trivy silently opens a truncated file, and may panic on it. So the number of pages is compared with the size. */
function bboltDamage(path: string, size: number): string | undefined {
  using cleanup = new DisposableStack();
  const meta = boltMeta(cleanup.adopt(openSync(path, "r"), closeSync));
  if (meta === undefined) return "it is not a database";
  return meta.pages * meta.size > size ? "it is cut off" : undefined;
}

/** SQLite's header (fileformat2.html 1.3): the page size at 16, the number of pages at 28, both big-endian. */
function sqliteDamage(path: string, size: number): string | undefined {
  using cleanup = new DisposableStack();
  const head = Buffer.alloc(100);
  const length = readSync(cleanup.adopt(openSync(path, "r"), closeSync), head, 0, 100, 0);
  if (length < 100 || head.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is not a database";
  const stored = head.readUInt16BE(16);
  const pages = head.readUInt32BE(28);
  if (pages === 0) return "it is not a database";
  return (stored === 1 ? 65536 : stored) * pages > size ? "it is cut off" : undefined;
}

/** Checks that the Java database has rows. Without them it knows no jar, and Trivy silently finds nothing in jars. */
async function jarsMissing(path: string): Promise<Fault | undefined> {
  // Loaded only here: most runs have no jar.
  const { DatabaseSync } = await import("node:sqlite");
  try {
    using cleanup = new DisposableStack();
    const file = cleanup.adopt(new DatabaseSync(path, { readOnly: true }), (each) => each.close());
    const isEmpty = ["artifacts", "indices"].some((table) => !file.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get());
    return isEmpty ? { reason: "empty", why: "it knows no jar, so it is empty" } : undefined;
  } catch {
    return { reason: "damaged", why: "it is not a Java database of Trivy's" };
  }
}

/**
 * Links a database into a cache folder, since it is shared and only read. If one is missing, Trivy leaves an empty
 * folder.
 */
export function linkDatabase(cacheFolder: string, kind: DatabaseKind, database: Database): void {
  const path = join(cacheFolder, KINDS[kind].folder);
  mkdirSync(cacheFolder, { recursive: true, mode: 0o700 });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(database.folder, path, "junction");
}

/**
 * The one of bbolt's two meta pages with the later transaction (magic 0xED0CDAED, version 2; bbolt's page.go and
 * db.go). Undefined: there is none.
 */
export function boltMeta(file: number) {
  const metaAt = (at: number) => {
    const meta = Buffer.alloc(80);
    const isWhole = readSync(file, meta, 0, 80, at) === 80;
    if (!isWhole || meta.readUInt32LE(16) !== 0xed0cdaed || meta.readUInt32LE(20) !== 2) return undefined;
    const [root, pages, transaction] = [meta.readBigUInt64LE(32), meta.readBigUInt64LE(56), meta.readBigUInt64LE(64)];
    return { size: meta.readUInt32LE(24), root: Number(root), pages: Number(pages), transaction };
  };
  const first = metaAt(0);
  const metas = [first, metaAt(first?.size ?? 4096)].filter((meta) => meta !== undefined);
  return metas.sort((a, b) => Number(b.transaction - a.transaction))[0];
}
