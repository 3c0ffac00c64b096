import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Coverage, Gap } from "../../../domain/coverage.ts";
import type { Finding } from "../../../domain/finding.ts";
import { listSome } from "../../../domain/list-some.ts";
import { needsOf } from "../../../domain/opinions/subject.ts";
import type { Answer, PackageList } from "../../../domain/packages/package-list.ts";
import { parsePurl } from "../../../domain/purl.ts";
import type { Target } from "../../../domain/target.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { knownKinds, knowsRelease } from "../database/facts.ts";
import { FILE } from "../database/health.ts";
import { findingsOf } from "../report/findings.ts";
import { answerNotes, type ReadDocument } from "../report/report.ts";
import { answerOn, namesOf, type RunSettings, requireYoung } from "./answer.ts";
import { distributionId, keyOf, kindOf, type PurlList, purlList } from "./listed.ts";

/**
 * Looks packages up in Grype's database, list by list: a package URL does not say of which of two systems it is.
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

/** The findings by package. One counts, too, if Grype names its package in another way. */
function foundIn({ matches }: ReadDocument, { refs }: PurlList, descriptions: boolean): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  const context = { layers: new Map(), isBySystem: () => false, descriptions };
  for (const [row, match] of matches.entries())
    for (const ref of refs.get(keyOf(match.artifact.purl ?? undefined) ?? "") ?? [""])
      found.set(ref, [...(found.get(ref) ?? []), ...findingsOf(match, row, context)]);
  return found;
}

/** Packages that Grype has not read. It leaves out a line that it does not understand, and ends well. */
function unreadIn({ refs, unnamed }: PurlList, seen: readonly { readonly purl?: string | undefined }[]): Set<string> {
  const keys = new Set(seen.map(({ purl }) => keyOf(purl)));
  return new Set([...unnamed, ...[...refs].flatMap(([key, own]) => (keys.has(key) ? [] : own))]);
}

/** What Grype's database could not be asked about. */
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
      what: `Grype's database has no advisories for ${os === undefined ? "the distribution, which nothing names" : `${os.family} ${os.name}`}, so that none of its packages was matched`,
      remedy:
        "Build on a release that is out and named as its distribution names it. Of a release of the last days a newer database may know.",
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
