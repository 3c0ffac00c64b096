import type { InstalledPackage } from "../target.ts";
import { compareText } from "../versions/order.ts";

/** A package, and the licences that somebody says it has. */
export interface LicensedPackage extends InstalledPackage {
  /** Names or expressions, as written. Untrusted. Absent or empty: none is stated. */
  readonly licenses?: readonly string[] | undefined;
}

/** A package that both sides have, with other licences. */
export interface LicenseChange {
  readonly name: string;
  readonly type: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
}

export type LicenseChanges = ReturnType<typeof licenseChanges>;

/**
 * How the licences differ, in any version of a package. Only the names count, not how an expression joins them: one
 * tool writes a list where its other format has an expression. `GPL-2.0` and `GPL-2.0-only` are one, as SPDX says.
 */
export function licenseChanges(now: readonly LicensedPackage[], before: readonly LicensedPackage[]) {
  const [present, past] = [byPackage(now), byPackage(before)];
  const changed = [...present].flatMap(([key, { name, type, licenses }]): LicenseChange[] => {
    const was = past.get(key)?.licenses;
    if (was === undefined || (without(was, licenses).size === 0 && without(licenses, was).size === 0)) return [];
    return [{ name, type, from: namesIn(was), to: namesIn(licenses) }];
  });
  const [all, once] = [allIn(present), allIn(past)];
  return {
    /** Licences that no package had before. */
    gained: namesIn(without(all, once)),
    /** Licences that no package has any more. */
    lost: namesIn(without(once, all)),
    /** By name. */
    changed: changed.sort((a, b) => compareText(a.name, b.name) || compareText(a.type, b.type)),
  };
}

/** Licences as they are written, keyed as they are compared. */
type Licenses = Map<string, string>;

interface Package {
  readonly name: string;
  readonly type: string;
  readonly licenses: Licenses;
}

function byPackage(packages: readonly LicensedPackage[]): ReadonlyMap<string, Package> {
  const known = new Map<string, Package>();
  for (const { name, type, licenses = [] } of packages) {
    const key = `${type}\0${name}`;
    const made = known.get(key) ?? { name, type, licenses: new Map() };
    known.set(key, made);
    for (const each of licenses.flatMap(namesOf)) made.licenses.set(keyOf(each), each);
  }
  return known;
}

/** The licences of an expression. An exception (`GPL-2.0 WITH Classpath-exception-2.0`) stays with its licence. */
function namesOf(expression: string): string[] {
  const isJoined = /\s(?:AND|OR)\s/.test(expression);
  const names = isJoined ? expression.split(/[()]|(?<=\s)(?:AND|OR)(?=\s)/) : [expression];
  return names.map((each) => each.trim()).filter((each) => each !== "" && each !== "NOASSERTION" && each !== "NONE");
}

function keyOf(license: string): string {
  return license
    .toLowerCase()
    .replace(/-only$/, "")
    .replace(/(?<=\d)\+$/, "-or-later");
}

function allIn(packages: ReadonlyMap<string, Package>): Licenses {
  return new Map([...packages.values()].flatMap(({ licenses }) => [...licenses]));
}

function without(these: Licenses, those: Licenses): Licenses {
  return new Map([...these].filter(([key]) => !those.has(key)));
}

function namesIn(licenses: Licenses): string[] {
  return [...licenses.values()].sort(compareText);
}
