import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { addTo } from "../../../domain/collections.ts";
import type { Coverage, Gap } from "../../../domain/coverage.ts";
import type { Finding } from "../../../domain/finding.ts";
import { listSome } from "../../../domain/list-some.ts";
import { needsOf } from "../../../domain/opinions/subject.ts";
import type { Answer, PackageList } from "../../../domain/packages/package-list.ts";
import { parsePurl, plainPurl } from "../../../domain/purl.ts";
import type { Artifact, InstalledPackage, Target } from "../../../domain/target.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { knownKinds, knowsRelease } from "../database/facts.ts";
import { FILE } from "../database/health.ts";
import { findingsOf } from "../report/findings.ts";
import { answerNotes, type ReadDocument } from "../report/report.ts";
import { answerOn, namesOf, type RunSettings, requireYoung } from "./answer.ts";

/**
 * Looks packages up in Grype's database, list by list, since a package URL does not name its system.
 * @throws GateError `scan-timeout`, `grype-…`, `report-…`, `run-cancelled`
 */
export async function match(
  lists: readonly PackageList[],
  settings: RunSettings,
  world: World,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const list of lists) answers.push(await matchList(list, settings, world));
  return answers;
}

async function matchList(list: PackageList, settings: RunSettings, world: World): Promise<Answer> {
  const { database, descriptions = false } = settings;
  const purls = purlList(list);
  const looked = { ...(await lookedAt(list, purls, settings)), unread: unreadIn(purls, []) };
  const by = namesOf(settings);
  // Grype refuses an empty list.
  if (purls.lines.length === 0)
    return { ...looked, found: new Map(), notes: [], by: { ...by, databaseUpdatedAt: database.built.toISOString() } };
  const label = list.subject ?? "a list of packages";
  const target: Target = { kind: "sbom", input: label, label };
  const folder = privateFolder(world, "match");
  using _ = removedAtEnd(folder);
  const file = join(folder, "purls.txt");
  writeFileSync(file, `${purls.lines.join("\n")}\n`, { mode: 0o600 });
  const { read, packages } = await answerOn(target, `purl:${file}`, settings, world);
  const system = list.system && { name: list.system.family, version: list.system.name };
  const databaseUpdatedAt = await requireYoung(
    { target, kinds: purls.kinds, system, told: read.database },
    settings,
    world,
  );
  return {
    ...looked,
    found: foundIn(read, purls, descriptions),
    unread: unreadIn(purls, packages),
    suppressed: read.result.suppressed,
    notes: answerNotes(read, databaseUpdatedAt),
    by: { ...by, databaseUpdatedAt },
  };
}

/** The findings by package. A package counts even if Grype names it in another way. */
function foundIn({ matches }: ReadDocument, { refs }: PurlList, descriptions: boolean): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  const context = { layers: new Map(), isBySystem: () => false, descriptions };
  for (const [row, match] of matches.entries())
    for (const ref of refs.get(keyOf(match.artifact.purl ?? undefined) ?? "") ?? [""])
      found.set(ref, [...(found.get(ref) ?? []), ...findingsOf(match, row, context)]);
  return found;
}

/** Packages that Grype has not read. It skips lines that it does not understand, and ends normally. */
function unreadIn({ refs, unnamed }: PurlList, seen: readonly { readonly purl?: string | undefined }[]): Set<string> {
  const keys = new Set(seen.map(({ purl }) => keyOf(purl)));
  return new Set([...unnamed, ...[...refs].flatMap(([key, own]) => (keys.has(key) ? [] : own))]);
}

/** The packages that Grype's database does not cover, as gaps. */
async function lookedAt(
  { packages, system: os }: PackageList,
  { kinds }: PurlList,
  { database: { folder } }: RunSettings,
): Promise<Pick<Answer, "coverage" | "blindTo">> {
  const gaps: Gap[] = [];
  const known = await knownKinds(join(folder, FILE));
  const unknown = [...kinds].filter((kind) => !known.has(kind)).sort();
  const hasSystem = packages.some(({ system }) => system === true);
  const release = os && { name: distributionId(os.family), version: os.name.split(" ")[0] ?? "" };
  if (hasSystem && (release === undefined || !(await knowsRelease(join(folder, FILE), release))))
    gaps.push({
      code: "os-release-unknown",
      what: `Grype's database has no advisories for ${os === undefined ? "the distribution, which nothing names" : `${os.family} ${os.name}`}, so none of its packages was matched`,
      remedy:
        "Build on a published release, under the name that its distribution uses. If it is only days old, a newer database may cover it.",
    });
  const rows: Coverage["rows"] = unknown.map(() => ({
    subject: "Grype's database",
    status: "not-known",
    detail: `has no advisories for ${listSome(unknown, 10)}`,
  }));
  const isUnknown = packages.filter(
    ({ system, purl = "" }) => system !== true && !known.has(kindOf(parsePurl(purl)?.type ?? "")),
  );
  return {
    coverage: { rows: rows.slice(0, 1), gaps },
    ...(unknown.length > 0 && { blindTo: isUnknown.map(needsOf) }),
  };
}

// Another scanner's list of packages, as Grype reads one: a package URL on each line.

/** Distributions whose name in a list differs from the `ID` in os-release, which is the name that Grype uses. */
const IDS: Readonly<Record<string, string>> = {
  alma: "almalinux",
  amazon: "amzn",
  "cbl-mariner": "mariner",
  oracle: "ol",
  redhat: "rhel",
};

/** The distribution's `ID` in os-release. */
function distributionId(family: string): string {
  return Object.hasOwn(IDS, family) ? (IDS[family] as string) : family;
}

/** Grype's kinds of packages by the type of their package URL, if they differ. */
const KINDS: Readonly<Record<string, string>> = {
  cargo: "rust-crate",
  composer: "php-composer",
  golang: "go-module",
  maven: "java-archive",
  nuget: "dotnet",
  pub: "dart-pub",
  pypi: "python",
};

/** A list for Grype. */
type PurlList = ReturnType<typeof purlList>;

/** Package and version, without qualifiers about the origin. Undefined: it lacks one of them. */
export function keyOf(purl: string | undefined): string | undefined {
  const parsed = purl === undefined ? undefined : parsePurl(purl);
  return parsed?.version === undefined ? undefined : plainPurl(parsed);
}

/**
 * The list in the form that Grype reads. Advisories of distributions are about source packages, so a URL without
 * `upstream=` loses most of its findings.
 */
export function purlList({ packages, system }: PackageList) {
  const lines = new Set<string>();
  /** The `ref` of the packages behind each line, by {@link keyOf}. */
  const refs = new Map<string, string[]>();
  /** Grype's kinds of packages that belong to no distribution. */
  const kinds = new Set<string>();
  /** The `ref` of packages without a package URL, which cannot be matched. */
  const unnamed: string[] = [];
  for (const each of packages) {
    const key = keyOf(each.purl);
    const type = each.purl === undefined ? undefined : parsePurl(each.purl)?.type;
    if (key === undefined || type === undefined) {
      // A package without a version is a separate project, which has no advisories.
      if (each.version !== "") unnamed.push(each.ref);
    } else {
      addTo(refs, key, each.ref);
      lines.add(each.system === true ? systemLine(each, system) : (each.purl as string));
      if (each.system !== true) kinds.add(kindOf(type));
    }
  }
  return { lines: [...lines], refs, kinds, unnamed };
}

/** Grype's kind of a package by the type of its package URL. */
function kindOf(type: string): string {
  return Object.hasOwn(KINDS, type) ? (KINDS[type] as string) : type;
}

function systemLine({ purl = "", source, version }: InstalledPackage, os: Artifact["os"]): string {
  const [base = "", query = ""] = purl.split("#")[0]?.split("?") ?? [];
  const qualifiers = new URLSearchParams(query);
  if (os !== undefined) qualifiers.set("distro", `${distributionId(os.family)}-${os.name.split(" ")[0]}`);
  if (source !== undefined && source.name !== "") qualifiers.set("upstream", upstreamOf(source, version, base));
  return `${base}?${[...qualifiers].map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&")}`;
}

/** For an RPM, the source is a file name. */
function upstreamOf(source: NonNullable<InstalledPackage["source"]>, version: string, base: string): string {
  if (base.startsWith("pkg:rpm/")) return `${source.name}-${source.version.replace(/^\d+:/, "")}.src.rpm`;
  return source.version === "" || source.version === version ? source.name : `${source.name}@${source.version}`;
}
