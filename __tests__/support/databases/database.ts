import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nopomJar } from "../images/jars.ts";
import { type Artifact, buildArtifact } from "../images/oci.ts";
import { paddingRecords } from "../images/padding.ts";
import { hostileAdvisories, hostileRecords } from "../runs/hostile.ts";
import {
  type Advisory,
  advisories,
  BULK_BINARIES,
  BULK_SOURCES,
  bulkAdvisories,
  redHat,
  sources,
  type VulnerabilityRecord,
  vulnerabilities,
} from "./advisories.ts";
import { type Bucket, bbolt } from "./bbolt.ts";

const HOUR_MS = 3_600_000;

/** A database as Trivy keeps it on disk: one file and its metadata. */
export interface Database {
  readonly file: Buffer;
  /** The text of `metadata.json`. */
  readonly metadata: string;
}

export interface DatabaseOptions {
  /** The time now. By default, the database was built an hour earlier. */
  readonly now: Date;
  /** When it was built, instead of an hour before {@link now}. */
  readonly updatedAt?: Date;
  /** Schema version in the metadata; Trivy 0.76 wants 2, and 1 for the Java database. */
  readonly schema?: number;
}

export interface VulnerabilityDatabaseOptions extends DatabaseOptions {
  /** The number of findings of the `big` image: a multiple of 2,000. The least keeps the database over 1 MiB. */
  readonly findingsInBig?: number;
  /** Advisories that are left out, as if not yet published. */
  readonly without?: readonly string[];
  /** More advisories, by bucket and package, and the severity of each id. */
  readonly more?: MoreAdvisories;
  /** No advisory at all: a valid, tiny database. */
  readonly empty?: boolean;
  /** Adds about this many bytes, in records that no package has. */
  readonly paddingBytes?: number;
}

/** Advisories of one test. */
export interface MoreAdvisories {
  readonly advisories: Readonly<Record<string, Packages>>;
  readonly severities: Readonly<Record<string, "LOW" | "MEDIUM" | "HIGH" | "CRITICAL">>;
}

const SEVERITY_NUMBERS = { LOW: 1, MEDIUM: 2, HIGH: 3, CRITICAL: 4 } as const;

function moreRecords({ severities }: MoreAdvisories): Record<string, VulnerabilityRecord> {
  const records = Object.entries(severities).map(([id, severity]) => [
    id,
    { Title: `${id} of a test`, Severity: severity, VendorSeverity: { nvd: SEVERITY_NUMBERS[severity] } },
  ]);
  return Object.fromEntries(records);
}

const rfc3339 = (date: Date): string => date.toISOString().replace(".000Z", "Z");

function metadata(schema: number, { now, updatedAt = new Date(now.getTime() - HOUR_MS) }: DatabaseOptions): string {
  return JSON.stringify({
    Version: schema,
    NextUpdate: rfc3339(new Date(updatedAt.getTime() + 24 * HOUR_MS)),
    UpdatedAt: rfc3339(updatedAt),
    DownloadedAt: rfc3339(updatedAt),
  });
}

const jsonValues = (entries: Readonly<Record<string, unknown>>): Bucket =>
  new Map(Object.entries(entries).map(([key, value]) => [key, JSON.stringify(value)]));

type Packages = Readonly<Record<string, Readonly<Record<string, Advisory>>>>;

/** The source of a bucket without a stated one. */
const TEST_SOURCE = { ID: "ghsa", Name: "A test", URL: "https://example.test/advisories" };

function root(
  buckets: Readonly<Record<string, Packages | (typeof redHat)[string]>>,
  records: Readonly<Record<string, VulnerabilityRecord>>,
  padding: Bucket = new Map(),
  from: Readonly<Record<string, unknown>> = sources,
): Bucket {
  const byBucket = Object.entries(buckets).map(([bucket, packages]): [string, Bucket] => [
    bucket,
    new Map(Object.entries(packages).map(([name, ids]) => [name, jsonValues(ids)])),
  ]);
  return new Map<string, Bucket>([
    ["data-source", jsonValues(from)],
    ["vulnerability", new Map([...jsonValues(records), ...padding])],
    ...byBucket,
  ]);
}

function withoutAdvisories(packages: Packages, ids: readonly string[]): Packages {
  if (ids.length === 0) return packages;
  const entries = Object.entries(packages).map(([name, each]) => [
    name,
    Object.fromEntries(Object.entries(each).filter(([id]) => !ids.includes(id))),
  ]);
  return Object.fromEntries(entries);
}

/** The contents of a database. */
export interface DatabaseContents {
  /** Bucket to the source that its advisories come from. */
  readonly sources: Readonly<Record<string, unknown>>;
  /** Bucket to package to id. */
  readonly advisories: Readonly<Record<string, Packages>>;
  /** Id to record. */
  readonly records: Readonly<Record<string, VulnerabilityRecord>>;
}

/** A vulnerability database with only these advisories. If there are few, it is below 1 MiB unless it is padded. */
export function databaseOf(contents: DatabaseContents, options: DatabaseOptions, paddingBytes = 0): Database {
  const padding = paddingRecords(paddingBytes);
  const file = bbolt(root(contents.advisories, contents.records, padding, contents.sources));
  return { file, metadata: metadata(options.schema ?? 2, options) };
}

/**
 * Trivy's vulnerability database with the advisories of this bed, over 1 MiB unless `empty`.
 * @throws RangeError when `findingsInBig` is not a positive multiple of 2,000.
 */
export function vulnerabilityDatabase(options: VulnerabilityDatabaseOptions): Database {
  const each = (options.findingsInBig ?? 10_000) / (BULK_SOURCES * BULK_BINARIES);
  if (!Number.isSafeInteger(each) || each < 1) throw new RangeError("findingsInBig must be a multiple of 2,000");
  const text = metadata(options.schema ?? 2, options);
  if (options.empty) return { file: bbolt(root({}, {})), metadata: text };
  const bulk = bulkAdvisories(each);
  const all: Record<string, Packages> = { ...advisories };
  all["debian 12"] = { ...advisories["debian 12"], ...bulk.packages };
  for (const [bucket, packages] of Object.entries(hostileAdvisories)) all[bucket] = { ...all[bucket], ...packages };
  const { more = { advisories: {}, severities: {} } } = options;
  for (const [bucket, packages] of Object.entries(more.advisories)) all[bucket] = { ...all[bucket], ...packages };
  for (const bucket of Object.keys(all)) all[bucket] = withoutAdvisories(all[bucket] ?? {}, options.without ?? []);
  const records = { ...vulnerabilities, ...hostileRecords, ...bulk.records, ...moreRecords(more) };
  const from = { ...Object.fromEntries(Object.keys(more.advisories).map((name) => [name, TEST_SOURCE])), ...sources };
  return {
    file: bbolt(root({ ...all, ...redHat }, records, paddingRecords(options.paddingBytes ?? 0), from)),
    metadata: text,
  };
}

const JAVA_TABLES = `CREATE TABLE artifacts(id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
CREATE TABLE indices(artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT,
  foreign key (artifact_id) references artifacts(id));
CREATE UNIQUE INDEX artifacts_idx ON artifacts(artifact_id, group_id);
CREATE INDEX indices_artifact_idx ON indices(artifact_id);
CREATE UNIQUE INDEX indices_sha1_idx ON indices(sha1);`;

/** A jar that the Java database knows by its SHA-1. */
export interface JavaDatabaseJar {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly sha1: string;
}

const NOPOM: JavaDatabaseJar = {
  group: "org.example",
  artifact: "nopom",
  version: "1.2.3",
  sha1: createHash("sha1").update(nopomJar()).digest("hex"),
};

/** Trivy's Java database; by default it knows one jar, {@link nopomJar}. */
export function javaDatabase(options: DatabaseOptions, jars: readonly JavaDatabaseJar[] = [NOPOM]): Database {
  const folder = mkdtempSync(join(tmpdir(), "java-db-"));
  try {
    const path = join(folder, "trivy-java.db");
    const database = new DatabaseSync(path);
    // The file is read and removed at once, so no test waits for the disk.
    database.exec(`PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY; BEGIN; ${JAVA_TABLES}`);
    const artifact = database.prepare("INSERT INTO artifacts(id, group_id, artifact_id) VALUES (?, ?, ?)");
    const index = database.prepare("INSERT INTO indices VALUES (?, ?, ?, 'jar')");
    const ids = new Map<string, number>();
    for (const jar of jars) {
      const name = `${jar.group}:${jar.artifact}`;
      const id = ids.get(name) ?? ids.size + 1;
      if (!ids.has(name)) artifact.run(id, jar.group, jar.artifact);
      ids.set(name, id);
      index.run(id, jar.version, Buffer.from(jar.sha1, "hex"));
    }
    database.exec("COMMIT; VACUUM");
    database.close();
    return { file: readFileSync(path), metadata: metadata(options.schema ?? 1, options) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The databases in a cache folder of Trivy; each is optional. */
export interface Databases {
  readonly vulnerability?: Database;
  readonly java?: Database;
}

/** Writes `db/` and `java-db/` below Trivy's cache folder. */
export function writeDatabases(cacheFolder: string, { vulnerability, java }: Databases): void {
  const write = (folder: string, name: string, database: Database | undefined) => {
    if (!database) return;
    mkdirSync(join(cacheFolder, folder), { recursive: true });
    writeFileSync(join(cacheFolder, folder, name), database.file);
    writeFileSync(join(cacheFolder, folder, "metadata.json"), database.metadata);
  };
  write("db", "trivy.db", vulnerability);
  write("java-db", "trivy-java.db", java);
}

/** The vulnerability database as it is in a registry, under tag `2`; its layer may be given packed. */
export function vulnerabilityDatabaseArtifact(database: Database | Buffer): Artifact {
  return buildArtifact({
    title: "db.tar.gz",
    layerType: "application/vnd.aquasec.trivy.db.layer.v1.tar+gzip",
    files: Buffer.isBuffer(database)
      ? database
      : [
          { path: "trivy.db", data: database.file },
          { path: "metadata.json", data: database.metadata },
        ],
  });
}

/** The Java database as it is in a registry, under tag `1`. */
export function javaDatabaseArtifact(database: Database): Artifact {
  return buildArtifact({
    title: "javadb.tar.gz",
    layerType: "application/vnd.aquasec.trivy.javadb.layer.v1.tar+gzip",
    files: [
      { path: "trivy-java.db", data: database.file },
      { path: "metadata.json", data: database.metadata },
    ],
  });
}
