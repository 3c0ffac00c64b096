const EACH = Number.POSITIVE_INFINITY;

/** The level of detail of a document. Lengths in UTF-16 units. */
export interface Form {
  /** Maximum number of advisories in a row's first line, and in its fold. */
  readonly ids: number;
  readonly folded: number;
  /** Longest title and path. */
  readonly title: number;
  readonly path: number;
  /** Maximum number of packages of one source that are named. */
  readonly members: number;
  /** Rows of a table that are open before the rest is folded. */
  readonly open: number;
  /** True if nothing is hidden: no table is folded, and all places are named. */
  readonly unfolded: boolean;
  /** Maximum number of targets that get their own section. The overview has all. */
  readonly mostTargets: number;
}

/** The form of a comment. */
export const SHORT: Form = {
  ids: 2,
  folded: 100,
  title: 58,
  path: 40,
  members: 2,
  open: 3,
  unfolded: false,
  mostTargets: 25,
};
/** The form of a document with room for all advisories and places. */
export const LONG: Form = {
  ids: 500,
  folded: 0,
  title: 160,
  path: 120,
  members: 50,
  open: EACH,
  unfolded: true,
  mostTargets: 100,
};
/** The form of a document without a limit. */
export const ALL: Form = { ...LONG, ids: EACH, mostTargets: EACH };
