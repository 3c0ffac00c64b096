import type { z } from "zod";
import { isAbsolutePath, withoutRunnerPath } from "../../../domain/image/target-names.ts";
import { isObject, listIn } from "../../../domain/json/is-object.ts";
import type { InstalledPackage, Target } from "../../../domain/target.ts";
import type { BuildInfo } from "../database/buckets.ts";
import { ecosystemOfType, listedIn } from "../database/libraries.ts";
import { nameArtifact } from "./naming.ts";
import type { OwnedPackage } from "./owning-package.ts";
import { sanitize } from "./sanitize.ts";
import { PACKAGE, rowOf, type TrivyResult } from "./schema.ts";

type TrivyPackage = z.output<typeof PACKAGE>;

/** A package in a report: facts that all scanners have about one, and the data to find its owner. */
export interface ReportPackage extends InstalledPackage, OwnedPackage {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  /** The Trivy analyzer that found it: `dpkg`, `apk`, `rpm`, … Absent before Trivy 0.69. */
  readonly manager?: string | undefined;
  /** The origin of a Red Hat package, which decides its advisories. Absent: it counts as the system release's own. */
  readonly build?: BuildInfo | undefined;
  /** dpkg's `Maintainer`, or RPM's `Vendor`, of a package that Trivy treats as another vendor's. */
  readonly maintainer?: string | undefined;
}

/** All packages of a report, in order. */
export function packagesOf(results: readonly TrivyResult[]): ReportPackage[] {
  return results.flatMap((result, at) => {
    const { Type: type = "" } = result;
    const [ecosystem, place] = [ecosystemOfType(type), listedIn(type)];
    return (result.Packages ?? []).map((value, index): ReportPackage => {
      const each = rowOf(PACKAGE, value, ["Results", at, "Packages"], index);
      return {
        name: each.Name ?? "",
        version: versionOf(each.Epoch, each.Version, each.Release),
        type,
        ecosystem,
        listedIn: place,
        purl: each.Identifier?.PURL,
        path: pathOf(each, result),
        system: result.Class === "os-pkgs" || undefined,
        source: sourceOf(each),
        modularity: each.Modularitylabel || undefined,
        thirdParty: each.Repository?.Class === "third-party" || undefined,
        maintainer: each.Repository?.Class === "third-party" ? each.Maintainer : undefined,
        diffId: each.Layer?.DiffID,
        id: each.ID,
        relationship: each.Relationship,
        dependsOn: each.DependsOn ?? undefined,
        filePath: each.FilePath,
        installedFiles: each.InstalledFiles ?? undefined,
        manager: each.AnalyzedBy,
        build: each.BuildInfo && buildOf(each.BuildInfo),
      };
    });
  });
}

/** All packages of a layer have equal ones. */
function buildOf({ ContentSets: sets, Nvr, Arch }: NonNullable<TrivyPackage["BuildInfo"]>): BuildInfo {
  return { ContentSets: sets ?? undefined, Nvr, Arch };
}

/** Path of the package's file, otherwise of the lock file that lists it. An operating system's package has neither. */
function pathOf({ FilePath: file }: TrivyPackage, { Class: kind, Type: type = "", Target: target }: TrivyResult) {
  const path = file ?? (kind === "lang-pkgs" && listedIn(type) !== "own-file" ? target : undefined);
  return path?.replace(/^\/+/, "") || undefined;
}

function sourceOf(each: TrivyPackage): InstalledPackage["source"] {
  if (!each.SrcName) return undefined;
  return { name: each.SrcName, version: versionOf(each.SrcEpoch, each.SrcVersion, each.SrcRelease) };
}

/** As Trivy writes an installed version: `1:1.2.13.dfsg-1`. */
function versionOf(epoch: number | undefined, version: string | undefined, release: string | undefined): string {
  if (version === undefined) return "";
  return `${epoch ? `${epoch}:` : ""}${version}${release ? `-${release}` : ""}`;
}

/** Finds a package by its name and the path of its metadata file. Builds the index at the first call. */
export function packageFinder(packages: readonly OwnedPackage[]) {
  let index: Map<string, OwnedPackage> | undefined;
  return (name: string, path: string | undefined): OwnedPackage | undefined => {
    index ??= new Map(packages.map((each) => [`${each.name}\0${each.filePath?.replace(/^\/+/, "") ?? ""}`, each]));
    return index.get(`${name}\0${path ?? ""}`);
  };
}

/** Classes that list packages. The others concern secrets, configurations and licences (`pkg/types/report.go`). */
const PACKAGE_CLASSES: ReadonlySet<unknown> = new Set(["os-pkgs", "lang-pkgs"]);

/**
 * Reduces Trivy's report to the input of an SBOM: the packages and the artifact itself. For an image with 50,000
 * findings, that is 1 MB instead of 83. Removes everything that must not leave the job, and the runner's paths: the
 * artifact gets the name that users see.
 * @param files an operating system's files to keep, without a leading slash
 * @returns JSON
 */
export function packagesReport(given: unknown, target: Target, files: ReadonlySet<string> = NONE): string {
  const { Results: results, ...head } = isObject(given) ? given : {};
  const lists = listIn(results)
    .filter(isObject)
    .flatMap(({ Class: kind, Type: type, Target: place, Packages: rows }) => {
      if (!PACKAGE_CLASSES.has(kind)) return [];
      return [{ Target: place, Class: kind, Type: type, Packages: listIn(rows).map((row) => withFiles(row, files)) }];
    });
  const report = { ...head, Results: lists };
  if (typeof head.ArtifactName === "string") nameArtifact(report, nameOf(head.ArtifactName, target));
  sanitize(report);
  return JSON.stringify(report);
}

const NONE: ReadonlySet<string> = new Set();

/** The lists of an operating system's files are most of the bytes, and no SBOM contains them. */
function withFiles(row: unknown, files: ReadonlySet<string>): unknown {
  const { InstalledFiles: all, ...rest } = row as Readonly<Record<string, unknown>>;
  if (files.size === 0 || all === undefined) return rest;
  const kept = listIn(all).filter((each) => typeof each === "string" && files.has(each.replace(/^\/+/, "")));
  return kept.length === 0 ? rest : { ...rest, InstalledFiles: kept };
}

/** Keeps a reference. The path of a file or folder would reveal a runner's folders: this one's, or a given report's. */
function nameOf(artifact: string, { kind, label }: Target): string {
  if (!isAbsolutePath(artifact)) return artifact;
  return kind === "trivy-report" ? withoutRunnerPath(artifact) : label;
}
