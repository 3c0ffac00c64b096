import type { Comparison } from "../domain/comparison.ts";
import type { Report } from "../domain/report-schema.ts";
import type { ScanResult } from "../domain/target.ts";
import type { View } from "./view.ts";

type Target = Report["targets"][number];

/** The packages of a target, by which a later run compares. */
export function packagesOf({ packages }: ScanResult): Target["packages"] {
  return packages.map(({ name, version, type, purl, path, system, source, modularity, thirdParty }) => ({
    name,
    version,
    type,
    purl,
    path,
    system,
    source,
    modularity,
    thirdParty,
  }));
}

/** What a target was compared with. */
export function baselineOf(comparison: Comparison | undefined): Target["baseline"] {
  if (comparison === undefined) return undefined;
  if ("none" in comparison) return { kind: "none", why: comparison.none, trouble: comparison.trouble };
  const { kind, image, given, branch, commit, url, madeAt, notes } = comparison.baseline.source;
  return {
    kind,
    image,
    given,
    branch,
    commit,
    run: url,
    madeAt,
    notes: notes && [...notes],
    counts: comparison.counts,
  };
}

/** What went, of all targets; undefined where nothing was compared. */
export function fixedOf({ verdict, comparisons }: View): Report["fixed"] {
  const compared = verdict.targets.flatMap(({ target }, index) => {
    const comparison = comparisons?.get(target);
    return comparison === undefined || "none" in comparison ? [] : [{ index, fixed: comparison.fixed }];
  });
  if (compared.length === 0) return undefined;
  return compared.flatMap(({ index, fixed }) =>
    fixed.map(({ kind, id, severity, title, url, package: about, path }) => ({
      target: index,
      kind,
      id,
      severity,
      title,
      url,
      package: about,
      path,
    })),
  );
}
