import { readFileSync, writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { compareDotted } from "../../src/domain/versions/order.ts";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const byVersion = <T extends z.ZodType>(value: T) =>
  z.record(z.string().regex(/^\d+\.\d+\.\d+$/), z.record(z.string(), value));
const tableSchema = z.strictObject({
  default: z.string(),
  archives: byVersion(sha256),
  programs: byVersion(z.strictObject({ sha256, parts: z.array(sha256).length(2) })),
  /** Versions that must never run, each with the reason. Trivy's are in the code. */
  bad: z.record(z.string(), z.string()).optional(),
});

/**
 * A scanner's `install/release-table.json`: the default version, and by version and archive the SHA-256 of archives and
 * the hashes of programs.
 */
export type ReleaseTable = z.infer<typeof tableSchema>;

/** SHA-256 by the archive's name without `trivy_<version>_`. */
export interface ReleaseHashes {
  readonly archives: Readonly<Record<string, string>>;
  readonly programs: ReleaseTable["programs"][string];
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

/** True if the table needs no newer version than this one. */
export function hasNewest({ default: newest, archives }: ReleaseTable, version: string): boolean {
  return Object.hasOwn(archives, newest) && compareDotted(version, newest) <= 0;
}

function merged<T>(known: Record<string, Record<string, T>>, version: string, added: Readonly<Record<string, T>>) {
  const before = known[version] ?? {};
  const other = Object.keys(before).find((name) => !isDeepStrictEqual(added[name], before[name]));
  if (other !== undefined) {
    const [here, there] = [added[other], before[other]].map((hashes) => JSON.stringify(hashes));
    throw new Error(`${version}_${other} has the hashes ${here}, but the table has ${there}`);
  }
  return sorted({ ...known, [version]: { ...added } });
}

/** The newest version first. */
function sorted<T>(byVersion: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(byVersion).sort(([a], [b]) => compareDotted(b, a)));
}
