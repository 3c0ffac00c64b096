import { type Ecosystem, UNSPECIFIED_TYPE } from "../../domain/finding.ts";
import { applicationPurl, type NamedSystem, systemPackage } from "../../domain/foreign/systems.ts";
import type { InstalledPackage } from "../../domain/target.ts";
import type { ClairDistribution, ClairPackage, ClairReport } from "./schema.ts";

/** What stands before the colon of `package_db`; behind it is the path. */
const KINDS: ReadonlyMap<string, readonly [type: string, ecosystem: Ecosystem | undefined]> = new Map([
  ["python", ["pypi", "pypi"]],
  ["go", ["go", "go"]],
  ["nodejs", ["npm", "npm"]],
  ["jar", ["maven", "maven"]],
  ["maven", ["maven", "maven"]],
  ["ruby", ["gem", undefined]],
]);

/** Lists of a distribution's packages: `var/lib/dpkg/status`, `lib/apk/db/installed`, `sqlite:var/lib/rpm`, … */
const SYSTEM_LIST =
  /^(?:(?:bdb|sqlite|ndb|rpm):)?\/?(?:usr\/)?(?:var\/)?(?:lib|share)\/(?:sysimage\/)?(?<manager>dpkg|apk|rpm)(?:\/|$)/;

/** A package of the report, in our own terms. */
export interface PlacedPackage extends InstalledPackage {
  readonly arch?: string | undefined;
  /** Of a distribution's package: `dpkg`, `apk` or `rpm`, by its list. */
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
  const cut = list.indexOf(":");
  const [type, ecosystem] = KINDS.get(list.slice(0, Math.max(cut, 0))) ?? [UNSPECIFIED_TYPE, undefined];
  const path = cut < 0 ? undefined : list.slice(cut + 1).replace(/^\/+/, "") || undefined;
  const { name, version } = each;
  const purl = ecosystem && applicationPurl({ name, version }, ecosystem);
  return { name, version, type, ecosystem: ecosystem === type ? undefined : ecosystem, purl, path };
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

/** That of the package, or the report's only one: not each environment of a package names it. */
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
