import type { Target } from "../../../domain/target.ts";
import { isAbsolutePath, withoutRunnerPath } from "../../../domain/target-names.ts";
import type { ReportDocument } from "./document.ts";
import { sanitized } from "./sanitize.ts";

/** Lists of packages; the other classes tell of secrets, configurations and licences (`pkg/types/report.go`). */
const PACKAGE_CLASSES: ReadonlySet<unknown> = new Set(["os-pkgs", "lang-pkgs"]);

/**
 * Trivy's report cut to what an SBOM is made of: the packages, and what the thing itself is; of an image with 50,000
 * findings 1 MB instead of 83. Without what must not leave the job, and without the runner's paths: what was scanned is
 * called as people see it.
 * @returns JSON
 */
export function packagesReport({ head, results }: ReportDocument, target: Target): string {
  const name = nameOf(head.ArtifactName, target);
  const lists = results.flatMap(({ fields, rows }) => {
    const { Class: kind, Type: type, Target: place } = fields as Readonly<Record<string, unknown>>;
    if (!PACKAGE_CLASSES.has(kind)) return [];
    const packages = [...(rows.get("Packages") ?? [])].map(withoutFiles);
    return [{ Target: placeOf(place, head.ArtifactName, name), Class: kind, Type: type, Packages: packages }];
  });
  return JSON.stringify(sanitized({ ...head, ArtifactName: name, Results: lists }));
}

/** No SBOM lists an operating system's files one by one, and these are most of the bytes. */
function withoutFiles(row: unknown): unknown {
  const { InstalledFiles: _files, ...rest } = row as Readonly<Record<string, unknown>>;
  return rest;
}

/** A reference stays; the path of a file or folder would tell of the runner, this one or a given report's. */
function nameOf(artifact: unknown, { kind, label }: Target): unknown {
  if (typeof artifact !== "string" || !isAbsolutePath(artifact)) return artifact;
  return kind === "trivy-report" ? withoutRunnerPath(artifact) : label;
}

/** Of an operating system it is `<artifact> (debian 12.8)`. */
function placeOf(place: unknown, artifact: unknown, name: unknown): unknown {
  if (typeof place !== "string" || typeof artifact !== "string" || typeof name !== "string") return place;
  return artifact !== "" && place.startsWith(artifact) ? `${name}${place.slice(artifact.length)}` : place;
}
