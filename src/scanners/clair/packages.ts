import { z } from "zod";
import { NAMED } from "../../domain/foreign/advisory-ids.ts";
import { applicationPackage, type NamedSystem, systemPackage } from "../../domain/foreign/systems.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import { kindNamed } from "../applications.ts";
import { listOf, pathIn, ReportSource, word, words } from "../given-report.ts";

export const CLAIR = new ReportSource({
  name: "Clair",
  remedy: "Make it again with `clairctl report -o json IMAGE` of Clair 4, and give the file as it was written.",
  lowest: /^negligible$/i,
});

// The parts of Clair's VulnerabilityReport that are read (quay/clair `httptransport/types/v1`). Ids are valid only
// within a report.

/** Go writes an empty list or map that was never filled as `null`. */
const mapOf = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((map) => new Map<string, z.output<Value>>(Object.entries(map ?? {}) as [string, z.output<Value>][]));

const packageSchema = z.object({
  ...{ name: word, version: word },
  ...words("arch", "module"),
  source: z.object(words("name", "version")).nullish(),
});
type ClairPackage = z.output<typeof packageSchema>;

const distributionSchema = z.object(words("did", "version", "version_id"));
type ClairDistribution = z.output<typeof distributionSchema>;

const environmentSchema = z.object(words("package_db", "distribution_id"));

/** The capitals in claircore's field names differ between versions, and some versions lose the namespace. */
const aliasSchema = z.union([
  z.string().max(1000),
  z.looseObject({
    Space: z.unknown().optional(),
    Name: z.string().max(1000).optional(),
    space: z.unknown().optional(),
    name: z.string().max(1000).optional(),
  }),
]);
export type ClairAlias = z.output<typeof aliasSchema>;

const vulnerabilitySchema = z.object({
  name: z.string().regex(NAMED).max(5000),
  ...words("issued", "normalized_severity"),
  description: z.string().nullish(),
  links: z.string().max(200_000).nullish(),
  distribution: distributionSchema.nullish(),
  fixed_in_version: z.string().max(20_000).nullish(),
  /** For Go and npm: `[` is the first affected version, `)` the first one that is not. */
  range: z.object({ ")": word.nullish() }).nullish(),
  Aliases: listOf(aliasSchema),
  aliases: listOf(aliasSchema),
  Invert: z.boolean().nullish(),
  invert: z.boolean().nullish(),
});
export type ClairVulnerability = z.output<typeof vulnerabilitySchema>;

export const reportSchema = z.object({
  manifest_hash: z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/),
  packages: mapOf(packageSchema),
  distributions: mapOf(distributionSchema),
  environments: mapOf(listOf(environmentSchema)),
  vulnerabilities: mapOf(vulnerabilitySchema),
  package_vulnerabilities: mapOf(listOf(z.string().max(1000))),
  enrichments: mapOf(listOf(z.unknown())),
});
export type ClairReport = z.output<typeof reportSchema>;

/** The parts that every report has. Without these lists, it is unknown whether there are findings. */
export const REQUIRED = ["packages", "distributions", "environments", "vulnerabilities", "package_vulnerabilities"];

/** Entries of the enricher `clair.cvss`, by the vulnerability's id. */
export const scoresSchema = mapOf(
  listOf(z.object({ baseScore: z.number().min(0).max(10).nullish(), baseSeverity: word.nullish() })),
);

/** Lists of a distribution's packages: `var/lib/dpkg/status`, `lib/apk/db/installed`, `sqlite:var/lib/rpm`, … */
const SYSTEM_LIST =
  /^(?:(?:bdb|sqlite|ndb|rpm):)?\/?(?:usr\/)?(?:var\/)?(?:lib|share)\/(?:sysimage\/)?(?<manager>dpkg|apk|rpm)(?:\/|$)/;

/** A package of the report, in the domain's terms. */
export interface PlacedPackage extends InstalledPackage {
  readonly arch?: string | undefined;
  /** For a distribution's package: `dpkg`, `apk` or `rpm`, by its list. */
  readonly manager?: string | undefined;
}

/** The packages of a report, by their ids. A package that is listed in several layers is one. */
export function packagesOf(report: ClairReport): Map<string, PlacedPackage> {
  return new Map([...report.packages].map(([id, each]) => [id, packageOf(id, each, report)]));
}

function packageOf(id: string, each: ClairPackage, report: ClairReport): PlacedPackage {
  const environments = report.environments.get(id) ?? [];
  const placed = environments.find(({ distribution_id: of }) => of) ?? environments[0];
  const list = placed?.package_db ?? "";
  const { manager } = SYSTEM_LIST.exec(list)?.groups ?? {};
  if (manager !== undefined)
    return { ...placedBySystem(each, distributionOf(placed?.distribution_id ?? "", report)), manager };
  // `python:usr/lib/python3/dist-packages`.
  const [, kind, path] = /^([^:]*):(.*)$/s.exec(list) ?? [];
  const { name, version } = each;
  return { ...applicationPackage({ name, version }, kindNamed(kind)), path: pathIn(path) };
}

function placedBySystem(
  { name, version, arch, module, source }: ClairPackage,
  own: NamedSystem | undefined,
): PlacedPackage {
  return {
    ...systemPackage({ name, version, arch: arch ?? undefined }, own),
    system: true,
    ...(source?.name && { source: { name: source.name, version: source.version ?? "" } }),
    modularity: module || undefined,
  };
}

/** The package's own distribution, or the report's only one: not each environment of a package names it. */
function distributionOf(id: string, { distributions }: ClairReport): NamedSystem | undefined {
  const named = distributions.get(id) ?? (distributions.size === 1 ? [...distributions.values()][0] : undefined);
  return named && systemOf(named);
}

/** `did` is the `ID` of os-release. Undefined: it has none. */
export function systemOf({ did, version_id: id, version }: ClairDistribution): NamedSystem | undefined {
  return did ? { name: did, version: id || version || "" } : undefined;
}

/** The distribution of most of the packages; a report can name several. */
export function mainSystem(packages: ReadonlyMap<string, PlacedPackage>, report: ClairReport): NamedSystem | undefined {
  const counts = new Map<string, number>();
  for (const [id, { system }] of packages) {
    if (!system) continue;
    const of = (report.environments.get(id) ?? []).find(({ distribution_id: each }) => each)?.distribution_id ?? "";
    counts.set(of, (counts.get(of) ?? 0) + 1);
  }
  const [main = ""] = [...counts].filter(([id]) => id !== "").sort(([, a], [, b]) => b - a)[0] ?? [];
  return distributionOf(main, report);
}
