/** What a scanner's field for the fixing version holds. */
export interface StatedFix {
  /** Versions that fix it. Empty: no fix is known. */
  readonly versions: readonly string[];
  /** The field has a text that is not a version. */
  readonly isUnreadable: boolean;
}

const NONE: StatedFix = { versions: [], isUnreadable: false };
/** `fixed=1.2.3&introduced=1.0`, as Clair writes ranges of some ecosystems. */
const QUERY = /^(?:[a-zA-Z]{1,40}=[^&=]{0,500})(?:&[a-zA-Z]{1,40}=[^&=]{0,500}){0,50}$/;
/** A number first, perhaps behind an epoch or a `v`: `1:2.3-4.el8`, `3.6.5-r0`, `v1.2.3`. */
const VERSION = /^v?\d[\w.+~^:!-]{0,300}$/i;

/** True if a text could be a version, and no words about one. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/**
 * The fixes in Clair's `fixed_in_version`, which is a version, a range as a query, or `0:0` where old data know
 * nothing. `0` alone means that no version is affected; the report names the finding all the same, so it counts.
 */
export function fixesIn(text: string): StatedFix {
  const field = text.trim();
  if (field === "" || /^(?:0:)?0$/.test(field)) return NONE;
  const versions = QUERY.test(field) ? new URLSearchParams(field).getAll("fixed") : [field];
  const read = versions.filter((version) => isVersion(version) && !/^0$/.test(version));
  return { versions: [...new Set(read)], isUnreadable: read.length < versions.length };
}
