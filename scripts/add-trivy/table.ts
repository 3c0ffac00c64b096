import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { compareVersions } from "../../src/scanners/trivy/install/release.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const hashes = z.record(z.string().regex(/^\d+\.\d+\.\d+$/), z.record(z.string(), sha256));
const tableSchema = z.strictObject({ default: z.string(), archives: hashes, programs: hashes });

/** `src/scanners/trivy/install/release-table.json`: SHA-256 of archives and programs by version and archive, and the default version. */
export type ReleaseTable = z.infer<typeof tableSchema>;

/** SHA-256 by the archive's name without `trivy_<version>_`. */
export interface ReleaseHashes {
  readonly archives: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, string>>;
}

export function readTable(file: string): ReleaseTable {
  return tableSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

export function writeTable(file: string, table: ReleaseTable): void {
  writeFileSync(file, `${JSON.stringify(tableSchema.parse(table), undefined, 2)}\n`);
}

/**
 * The table with one version more, the newest first, which is the default.
 * @throws Error where the table has another hash for the same file: one of the two is wrong
 */
export function withRelease(table: ReleaseTable, version: string, added: ReleaseHashes): ReleaseTable {
  const archives = merged(table.archives, version, added.archives);
  return {
    default: Object.keys(archives)[0] ?? version,
    archives,
    programs: merged(table.programs, version, added.programs),
  };
}

function merged(known: ReleaseTable["archives"], version: string, added: Readonly<Record<string, string>>) {
  const before = known[version] ?? {};
  const other = Object.keys(before).find((name) => added[name] !== before[name]);
  if (other !== undefined)
    throw new Error(`trivy_${version}_${other} has the SHA-256 ${added[other]}, but the table has ${before[other]}`);
  const all = Object.entries({ ...known, [version]: { ...added } });
  return Object.fromEntries(all.sort(([a], [b]) => compareVersions(b, a)));
}
