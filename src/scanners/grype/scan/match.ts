import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Coverage, Gap } from "../../../domain/coverage.ts";
import type { Finding, Layer } from "../../../domain/finding.ts";
import { listSome } from "../../../domain/list-some.ts";
import { parsePurl } from "../../../domain/purl.ts";
import type { InstalledPackage, ScanResult, Target } from "../../../domain/target.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { knownKinds, knowsRelease } from "../database/facts.ts";
import { type Database, FILE } from "../database/health.ts";
import { findingsOf } from "../report/findings.ts";
import { evidenceNotes, oldestNote, type ReadDocument, readDocument } from "../report/report.ts";
import { GRYPE } from "../report/source.ts";
import { requireYoung } from "./age.ts";
import { documentIn, type RunSettings, started, withoutSettings } from "./answer.ts";
import { blindToThese } from "./coverage.ts";
import { distributionId, keyOf, kindOf, type PurlList, purlList } from "./listed.ts";
import { packagesIn, type SeenByGrype } from "./packages.ts";

export interface MatchSettings extends RunSettings {
  /** Absolute path for Grype's report, without what must not leave the job. */
  readonly reportFile: string;
  readonly descriptions?: boolean | undefined;
}

/**
 * Matches another scanner's list of packages with Grype's database. It is a second opinion on the advisories, not on
 * what the image has.
 * @param listed the other scanner's result, whose findings are not taken
 * @throws GateError `scan-timeout`, `grype-…`, `report-…`, `run-cancelled`
 */
export async function matchListed(
  target: Target,
  listed: ScanResult,
  settings: MatchSettings,
  world: World,
): Promise<ScanResult> {
  const { program, database, reportFile, descriptions = false } = settings;
  const { os } = listed.artifact;
  const list = purlList(listed.packages, os);
  const folder = privateFolder(world, "match");
  using _ = removedAtEnd(folder);
  const [purls, report] = [join(folder, "purls.txt"), join(folder, "report.json")];
  const seen = join(folder, "seen.json");
  writeFileSync(purls, `${list.lines.join("\n")}\n`, { mode: 0o600 });
  // Grype refuses an empty list.
  if (list.lines.length === 0) return await withoutPackages(listed, list, settings);
  await started(target, settings, [`purl:${purls}`, "-o", `json=${report}`, "-o", `cyclonedx-json=${seen}`], world);
  const document = documentIn(report);
  const read = readDocument(document, target, descriptions);
  writeFileSync(reportFile, JSON.stringify(withoutSettings(document)), { mode: 0o600 });
  const system = os && { name: os.family, version: os.name };
  const updatedAt = await requireYoung({ target, kinds: list.kinds, system, told: read.database }, settings, world);
  return {
    ...listed,
    findings: findingsAt(read, list, listed, descriptions),
    suppressed: read.result.suppressed,
    ...(await lookedAt(listed, list, unseenIn(list, packagesIn(documentIn(seen))), database)),
    provenance: {
      ...listed.provenance,
      scanner: GRYPE.name,
      scannerVersion: program.version,
      scannerSha256: program.sha256,
      databaseUpdatedAt: updatedAt,
      databaseSha256: database.sha256,
      scanners: ASKED,
      notes: [
        ...(listed.provenance.notes ?? []),
        listedBy(listed),
        ...oldestNote(read.database, updatedAt),
        ...evidenceNotes(read.matches),
      ],
    },
  };
}

/** Whatever the list's scanner looked for. Grype has not missed what it never looks for, such as licences. */
const ASKED: readonly string[] = ["vuln"];

/** Findings at the places where the list has their packages. */
function findingsAt(
  { matches }: ReadDocument,
  { packages }: PurlList,
  { layers: diffIds }: ScanResult,
  descriptions: boolean,
): Finding[] {
  const layers = new Map(diffIds.map((diffId, index): [string, Layer] => [diffId, { diffId, number: index + 1 }]));
  const context = {
    layers: new Map<string, Layer>(),
    ownerOf: () => undefined,
    isBySystem: () => false,
    descriptions,
  };
  return matches.flatMap((match, row) => {
    const places = packages.get(keyOf(match.artifact.purl ?? undefined) ?? "");
    const found = findingsOf(match, row, context);
    // A finding counts, too, if Grype names its package in another way.
    return places === undefined
      ? found
      : found.flatMap((finding) => places.map((each) => placed(finding, each, layers)));
  });
}

function listedBy({ provenance: { scanner, scannerVersion = "" } }: ScanResult): string {
  return `The packages are those that ${`${scanner} ${scannerVersion}`.trim()} has listed; Grype's database was asked about them.`;
}

async function withoutPackages(
  listed: ScanResult,
  list: PurlList,
  { program, database }: MatchSettings,
): Promise<ScanResult> {
  const notes = [...(listed.provenance.notes ?? []), listedBy(listed)];
  const own = { scanner: GRYPE.name, scannerVersion: program.version, scannerSha256: program.sha256 };
  const data = {
    databaseUpdatedAt: database.built.toISOString(),
    databaseSha256: database.sha256,
    scanners: ASKED,
  };
  const looked = await lookedAt(listed, list, [], database);
  return { ...listed, findings: [], ...looked, provenance: { ...listed.provenance, ...own, ...data, notes } };
}

/** The finding at the place where the list has the package. */
function placed(finding: Finding, each: InstalledPackage, layers: ReadonlyMap<string, Layer>): Finding {
  const { name, version, type, ecosystem, purl, path, diffId } = each;
  return {
    ...finding,
    package: { name, version, type, ecosystem, purl },
    path,
    layer: diffId === undefined ? undefined : (layers.get(diffId) ?? { diffId }),
  };
}

/** Packages of the list that Grype has not read. It leaves out a line that it does not understand, and ends well. */
function unseenIn(list: PurlList, seen: readonly SeenByGrype[]): readonly InstalledPackage[] {
  const keys = new Set(seen.map(({ purl }) => keyOf(purl)));
  return [...list.packages].flatMap(([key, packages]) => (keys.has(key) ? [] : packages));
}

/** What the other scanner did not look at, and what Grype's database could not be asked about. */
async function lookedAt(
  { coverage, artifact: { os }, packages }: ScanResult,
  { unnamed, kinds }: PurlList,
  unseen: readonly InstalledPackage[],
  { folder }: Database,
): Promise<Pick<ScanResult, "coverage" | "blindTo">> {
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
  if (unnamed.length > 0)
    gaps.push({
      code: "packages-skipped",
      what: `${unnamed.length} packages have no package URL, by which alone Grype's database can be asked: ${listSome(
        unnamed.map(({ name }) => name),
        5,
      )}`,
      remedy: "Scan the image by `scan-with: grype`, which reads its packages itself.",
    });
  if (unseen.length > 0)
    gaps.push({
      code: "packages-skipped",
      what: `Grype has left out ${unseen.length} packages of the list, whose package URL it does not understand: ${listSome(
        unseen.map(({ name }) => name),
        5,
      )}`,
      remedy: "Scan the image by `scan-with: grype`, which reads its packages itself, or mend the SBOM's package URLs.",
    });
  const rows: Coverage["rows"][number][] = gaps.map(({ what }) => ({
    subject: "Grype's database",
    status: "gap",
    detail: what,
  }));
  if (unknown.length > 0)
    rows.push({
      subject: "Grype's database",
      status: "not-known",
      detail: `has no advisories for ${listSome(unknown, 10)}`,
    });
  const isUnknown = ({ system, purl = "" }: InstalledPackage) =>
    system !== true && !known.has(kindOf(parsePurl(purl)?.type ?? ""));
  return {
    coverage: { rows: [...rows, ...(coverage?.rows ?? [])], gaps: [...gaps, ...(coverage?.gaps ?? [])] },
    ...blindToThese([...unnamed, ...unseen, ...(unknown.length === 0 ? [] : packages.filter(isUnknown))]),
  };
}
