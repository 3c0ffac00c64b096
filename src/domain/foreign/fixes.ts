/** The content of a scanner's field for fixed versions. */
export interface StatedFix {
  /** Versions with the fix. Empty: no fix is known. */
  readonly versions: readonly string[];
  /** The field has a text that is not a version. */
  readonly isUnreadable: boolean;
}

const NONE: StatedFix = { versions: [], isUnreadable: false };
/** `fixed=1.2.3&introduced=1.0`, Clair's form for the ranges of some ecosystems. */
const QUERY = /^(?:[a-zA-Z]{1,40}=[^&=]{0,500})(?:&[a-zA-Z]{1,40}=[^&=]{0,500}){0,50}$/;
/** Starts with a number, perhaps after an epoch or a `v`: `1:2.3-4.el8`, `3.6.5-r0`, `v1.2.3`. */
const VERSION = /^v?\d[\w.+~^:!-]{0,300}$/i;

/** True if a text looks like a version and not like a description. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/**
 * The fixes in Clair's `fixed_in_version`: a version, a range as a query, or `0:0` if old data have no fix. `0` alone
 * means that no version is affected. The report lists the finding nevertheless, so it counts.
 */
export function fixesIn(text: string): StatedFix {
  const field = text.trim();
  if (field === "" || /^(?:0:)?0$/.test(field)) return NONE;
  const versions = QUERY.test(field) ? new URLSearchParams(field).getAll("fixed") : [field];
  const read = versions.filter((version) => isVersion(version) && !/^0$/.test(version));
  return { versions: [...new Set(read)], isUnreadable: read.length < versions.length };
}
