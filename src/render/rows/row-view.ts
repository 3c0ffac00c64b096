import type { Finding, Layer, Owner } from "../../domain/finding.ts";
import type { Origin } from "../../domain/image/base-image.ts";
import { memoize } from "../../domain/memoize.ts";
import type { PackageRow } from "../../domain/rows/package-rows.ts";
import type { Severity } from "../../domain/severity.ts";
import { placed } from "../shared/location.ts";
import { type Mark, rowMarks } from "./row-marks.ts";

/** A row of findings as plain values: nothing is cut, and nothing is escaped. Only a format does that. */
export interface RowView {
  /** Of the worst finding, as title, layer, origin and owner. */
  readonly severity: Severity;
  readonly kind: Finding["kind"];
  readonly title: string;
  readonly layer: Layer | undefined;
  readonly origin: Origin | undefined;
  readonly owner: Owner | undefined;
  /** The package, or the source of several packages. Undefined if the findings are about no package. */
  readonly about: { readonly name: string; readonly version: string } | undefined;
  /** Those packages. Undefined if `about` is the only one. */
  readonly members: readonly string[] | undefined;
  /** Each once, the worst first. */
  readonly advisories: readonly Advisory[];
  readonly marks: readonly Mark[];
  /** The files with their lines, each once, in the order of the findings. */
  readonly places: readonly string[];
  /** The first file, without its line. Undefined if the findings are about no package. */
  readonly path: string | undefined;
}

interface Advisory {
  readonly id: string;
  readonly url: string | undefined;
  readonly severity: Severity;
  readonly isExploited: boolean;
}

/** Makes a row's view. Each row is looked at once. */
export function rowViewer(): (row: PackageRow) => RowView {
  return memoize(({ source, packages, findings }: PackageRow): RowView => {
    const [{ finding, origin }] = findings;
    const { severity, kind, title, layer, owner } = finding;
    const advisories = new Map<string, Advisory>();
    const places = new Set<string>();
    for (const { finding: each, exploitation } of findings) {
      const { id, url, path, line } = each;
      if (!advisories.has(id))
        advisories.set(id, { id, url, severity: each.severity, isExploited: exploitation?.kev !== undefined });
      if (path !== undefined) places.add(placed(path, line));
    }
    return {
      severity,
      kind,
      title,
      layer,
      origin,
      owner,
      about: source ?? packages[0],
      members: source === undefined ? undefined : packages.map(({ name }) => name),
      advisories: [...advisories.values()],
      marks: rowMarks(findings),
      places: [...places],
      path: packages.length === 0 ? undefined : finding.path,
    };
  });
}
