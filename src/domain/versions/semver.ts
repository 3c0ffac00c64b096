import { compareDigits, compareEach, compareText } from "./order.ts";

const SYNTAX = /^[vV]?(\d+(?:\.\d+){0,3})(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?$/;

/**
 * SemVer's precedence (https://semver.org/#spec-item-11). Numbers that are left out are 0, a `v` in front is Go's, a
 * fourth number NuGet's.
 */
export function compareSemver(a: string, b: string): number | undefined {
  const x = SYNTAX.exec(a);
  const y = SYNTAX.exec(b);
  if (x === null || y === null) return undefined;
  return compareDotted(x[1] ?? "", y[1] ?? "") || comparePreReleases(x[2], y[2]);
}

/** Numbers with dots between them; what is left out is 0. */
export function compareDotted(a: string, b: string): number {
  return compareEach(a.split("."), b.split("."), (x = "", y = "") => compareDigits(x, y));
}

function comparePreReleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareEach(a.split("."), b.split("."), compareIdentifiers);
}

function compareIdentifiers(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  const isNumber = /^\d+$/.test(a);
  if (isNumber !== /^\d+$/.test(b)) return isNumber ? -1 : 1;
  return isNumber ? compareDigits(a, b) : compareText(a, b);
}
