import { isSameAdvisory, type Named } from "../advisory-ids.ts";
import type { Finding } from "../finding.ts";
import { type Union, unite } from "../same/pair.ts";
import { FITS } from "../same/place.ts";
import { compareText } from "../versions/order.ts";

/** One scanner's finding. */
export interface Row {
  /** The scanner's number. */
  readonly by: number;
  readonly finding: Finding;
  /** Path of the package. Empty: it is not known, or tells nothing. */
  readonly place: string;
}

/** Rows of different scanners that are one finding: at most one of each scanner. */
export type Group = readonly Row[];

/** Rows that are one finding, with all of their ids. */
interface Cluster extends Named {
  readonly rows: Group;
  readonly place: string;
}

/**
 * Finds the rows that are one finding, among rows about one package in one version: those of one id, and then those
 * that share any, the best fitting places first. A scanner's own rows are never joined with each other: it counts them
 * as several, and a chain or cycle of aliases cannot merge more rows than there are scanners. The result does not
 * depend on the rows' order.
 */
export function matchRows(rows: readonly Row[]): Group[] {
  const byScanner = [...Map.groupBy(rows, ({ by }) => by)].sort(([a], [b]) => a - b).map(([, own]) => own);
  if (byScanner.length === 1) return rows.map((row) => [row]);
  const lists = byScanner.map((own) => own.toSorted(byContent).map(clusterOf));
  return unite(lists, CLUSTERS).map((cluster) => cluster.rows);
}

const CLUSTERS: Union<Cluster> = {
  key: ({ id, place }) => `${id}\n${place}`,
  passes: [
    ...FITS.slice(1).map((fits) => ({
      keys: ({ id }: Cluster) => [id],
      fits: (a: Cluster, b: Cluster) => fits(a.place, b.place),
    })),
    // Two that share no id may both fit a third one, by which they become one, and whose place was not known.
    ...FITS.map((_, degree) => ({
      keys: ({ id, aliases = [] }: Cluster) => [id, ...aliases].sort(),
      fits: (a: Cluster, b: Cluster) =>
        FITS.slice(0, degree + 1).some((fits) => fits(a.place, b.place)) && isSameAdvisory(a, b),
    })),
  ],
  join: (one, other) => {
    const aliases = new Set([one, other].flatMap(({ id, aliases: others = [] }) => [id, ...others]));
    aliases.delete(one.id);
    return {
      id: one.id,
      aliases: [...aliases],
      rows: [...one.rows, ...other.rows],
      // The longer place is the more exact one.
      place: one.place.length < other.place.length ? other.place : one.place,
    };
  },
};

function clusterOf(row: Row): Cluster {
  const { id, aliases } = row.finding;
  return { id, aliases, rows: [row], place: row.place };
}

/** Nothing depends on the order in which scanners wrote them. */
function byContent(a: Row, b: Row): number {
  return (
    compareText(a.finding.id, b.finding.id) ||
    compareText(a.place, b.place) ||
    compareText(JSON.stringify(a.finding), JSON.stringify(b.finding))
  );
}
