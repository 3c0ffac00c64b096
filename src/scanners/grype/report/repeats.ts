import type { Finding } from "../../../domain/finding.ts";
import { worstOf } from "../../given-report.ts";
import type { Artifact } from "./schema.ts";

/** A row's finding, and the package that it is about. */
export interface PackageRow {
  readonly artifact: Artifact;
  readonly finding: Finding;
}

/**
 * The findings without repeated ones. If several of its sources know a CVE, Grype may list it once for each, for the
 * same package (`--by-cve`), and the fix only once. Rows with different fixes stay apart.
 */
export function withoutRepeats(rows: readonly PackageRow[]): Finding[] {
  const groups = Map.groupBy(rows, ({ artifact: { id, name, version, type }, finding }) =>
    // Without Grype's own number of the package, rows may be about copies of it at one place.
    id ? [finding.id, id, name, version, type, finding.path].join("\n") : finding,
  );
  return [...groups.values()].flatMap((same) => unrepeated(same.map(({ finding }) => finding)));
}

function unrepeated(same: readonly Finding[]): readonly Finding[] {
  if (same.length === 1) return same;
  const fixed = same.filter(({ fixedVersions }) => fixedVersions.length > 0);
  const kept = Map.groupBy(fixed.length > 0 ? fixed : same, ({ fixedVersions }) => fixedVersions.join());
  const aliases = [...new Set(same.flatMap((each) => each.aliases ?? []))];
  const severity = worstOf(same.map((each) => each.severity));
  const isByName = same.every(({ byName }) => byName);
  return [...kept.values()].map(([first]) => {
    const { byName: _, ...finding } = first as Finding;
    return {
      ...finding,
      severity: severity ?? finding.severity,
      ...(aliases.length > 0 && { aliases }),
      ...(isByName && { byName: true as const }),
    };
  });
}
