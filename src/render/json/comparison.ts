import type { Compared, Comparison } from "../../domain/change/comparison.ts";
import type { Finding } from "../../domain/finding.ts";
import type { Report } from "../../domain/report/schema.ts";
import type { ScanResult } from "../../domain/target.ts";
import type { View } from "../view.ts";

type Target = Report["targets"][number];

/** The packages of a target, for the comparison in a later run. */
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

/** The package that a finding is about, with the scanner's own word for its kind. */
export function aboutOf({ package: about }: Pick<Finding, "package">): Finding["package"] {
  if (about === undefined) return undefined;
  const { name, version, purl, type } = about;
  return { name, version, purl, type };
}

/** What a target was compared with. */
export function baselineOf(comparison: Comparison | undefined): Target["baseline"] {
  if (comparison === undefined) return undefined;
  if ("none" in comparison) return { kind: "none", why: comparison.none, trouble: comparison.trouble };
  const { url: run, ...about } = comparison.baseline.source;
  return { ...about, run, counts: comparison.counts, systemChange: comparison.systemChange };
}

/** The fixed findings of all targets. Undefined if nothing was compared. */
export function fixedOf(view: View): Report["fixed"] {
  return goneOf(view, ({ fixed }) => fixed);
}

/** Findings of all targets that could not be looked for. Undefined if there are none. */
export function unseenOf(view: View): Report["fixed"] {
  const unseen = goneOf(view, (compared) => compared.unseen ?? []);
  return unseen?.length === 0 ? undefined : unseen;
}

function goneOf({ verdict, comparisons }: View, which: (compared: Compared) => readonly Finding[]): Report["fixed"] {
  const compared = verdict.targets.flatMap(({ target }, index) => {
    const comparison = comparisons?.get(target);
    return comparison === undefined || "none" in comparison ? [] : [{ index, fixed: which(comparison) }];
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
      package: aboutOf({ package: about }),
      path,
    })),
  );
}
