import { type Ecosystem, type FindingPackage, UNSPECIFIED_TYPE } from "../finding.ts";
import type { Row } from "./match.ts";
import { subjectOf } from "./subject.ts";

/** Rows about one package, with the kind of advisories that it needs. */
interface RowsAbout {
  readonly rows: readonly Row[];
  readonly needs: string;
}

/**
 * Some scanners' reports (Harbor, Quay) name a package and its version, and not its ecosystem. If the others know one
 * package of that name and version, it is that one. If they know it in two ecosystems, nothing shows which is meant.
 * @param found rows by {@link Subject.key}
 * @returns the key of the package that is meant, by the key of the one without an ecosystem
 */
export function meantSubjects(found: ReadonlyMap<string, RowsAbout>): ReadonlyMap<string, string> {
  const unspecified = [...found].filter(([, { needs }]) => needs === UNSPECIFIED_TYPE);
  if (unspecified.length === 0) return new Map();
  const ecosystems = new Set([...found.values()].map(({ needs }) => needs));
  ecosystems.delete(UNSPECIFIED_TYPE);
  return new Map(
    unspecified.flatMap(([key, { rows }]) => {
      const about = rows[0]?.finding.package;
      const keys = about === undefined ? [] : [...ecosystems].map((each) => keyIn(each, about));
      const [meant, other] = keys.filter((each) => found.has(each));
      return meant === undefined || other !== undefined ? [] : [[key, meant] as const];
    }),
  );
}

/** As that ecosystem compares the package's name and version. */
function keyIn(ecosystem: string, { name, version }: FindingPackage): string {
  return subjectOf({ name, version, type: ecosystem, ecosystem: ecosystem as Ecosystem }).key;
}
