import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { compareDotted } from "../../src/domain/versions/order.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const hashes = z.record(z.string().regex(/^\d+\.\d+\.\d+$/), z.record(z.string(), sha256));
const tableSchema = z.strictObject({
  default: z.string(),
  archives: hashes,
  programs: hashes,
  /** Versions that must never run, each with the reason. Trivy's stand in the code. */
  bad: z.record(z.string(), z.string()).optional(),
});

/**
 * A scanner's `install/release-table.json`: the default version, and by version and archive the SHA-256 of archives and
 * of programs.
 */
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
 * The table with one version more, the newest first. The newest version is the default; an older one than the default
 * does not replace it.
 * @throws Error where the table has another hash for the same file: one of the two is wrong
 */
export function withRelease(table: ReleaseTable, version: string, added: ReleaseHashes): ReleaseTable {
  return {
    ...table,
    default: compareDotted(version, table.default) > 0 ? version : table.default,
    archives: merged(table.archives, version, added.archives),
    programs: merged(table.programs, version, added.programs),
  };
}

/** Whether the table needs no newer version than this one. */
export function hasNewest({ default: newest, archives }: ReleaseTable, version: string): boolean {
  return Object.hasOwn(archives, newest) && compareDotted(version, newest) <= 0;
}

function merged(known: ReleaseTable["archives"], version: string, added: Readonly<Record<string, string>>) {
  const before = known[version] ?? {};
  const other = Object.keys(before).find((name) => added[name] !== before[name]);
  if (other !== undefined)
    throw new Error(`${version}_${other} has the SHA-256 ${added[other]}, but the table has ${before[other]}`);
  return sorted({ ...known, [version]: { ...added } });
}

/** The newest version first. */
function sorted<T>(byVersion: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(byVersion).sort(([a], [b]) => compareDotted(b, a)));
}
