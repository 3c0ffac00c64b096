import { readFileSync, statSync } from "node:fs";
import { addTo } from "../../../domain/collections.ts";
import type { Finding } from "../../../domain/finding.ts";
import type { Answer, ListedPackage, PackageList } from "../../../domain/packages/package-list.ts";
import { toSeverity } from "../../../domain/severity.ts";
import { cancelled, GateError } from "../../../system/errors.ts";
import { removedAtEnd } from "../../../system/store/private-file.ts";
import type { World } from "../../../system/world.ts";
import { advisedAs } from "../database/buckets.ts";
import { type LogFacts, LogListener } from "../process/log-facts.ts";
import { fatalMessage, logGroup, shortened } from "../process/process-output.ts";
import { parse, textOf } from "../report/document.ts";
import { addFindings, NO_DESCRIPTIONS, type ResultContext } from "../report/findings.ts";
import { packagesOf, type ReportPackage } from "../report/packages.ts";
import { checkedReport } from "../report/schema.ts";
import { type ListDocument, listDocuments } from "./list-document.ts";
import { type ListSettings, listTrivy, type WaitingTrivy } from "./waiting.ts";

export interface LookUpSettings extends ListSettings {
  /** Names lists in the log, by their indexes. Absent: Trivy's messages are not logged. */
  readonly title?: ((lists: readonly number[]) => string) | undefined;
  /** Gets the first list. */
  readonly waiting?: WaitingTrivy | undefined;
}

export type Row = Readonly<Record<string, unknown>>;

/** Trivy's answer about a list. */
export interface LookedUp {
  /** Its rows of vulnerabilities by the `ref` of each package that Trivy has identified correctly. */
  readonly rows: Map<string, readonly Row[]>;
  /** Packages whose version it could not compare with the advisories. */
  readonly incomparable: Set<string>;
  /** Its log about the document that the list is in, alone or alongside others. */
  readonly log: LogFacts;
  /** Its report on the document. Absent: there was nothing to ask. */
  readonly report?: Row;
}

/**
 * Asks Trivy about lists of packages, installed or not. A document of them is scanned with the same database and the
 * same rules as any target. It uses one process for each operating system among the lists.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`, `report-…`
 */
export async function lookUp(
  lists: readonly PackageList[],
  settings: LookUpSettings,
  world: World,
): Promise<readonly LookedUp[]> {
  const silence = new LogListener().facts();
  const found: LookedUp[] = lists.map(() => ({ rows: new Map(), incomparable: new Set(), log: silence }));
  const end = performance.now() + settings.timeoutMs;
  for (const document of listDocuments(lists)) {
    const timeoutMs = Math.max(1, Math.floor(end - performance.now()));
    const { report, log } = await scanned(document, { ...settings, timeoutMs }, world);
    for (const list of document.lists) found[list] = { ...(found[list] as LookedUp), log, report };
    const rows = rowsIn(report, document);
    const versions = new Set(log.unreadVersions);
    for (const [ref, { entries, version, system }] of document.components) {
      const own = rows.get(ref);
      const isComparable = !versions.has(version) && !(system && log.unreadSystemVersion !== undefined);
      for (const { list, each } of entries) {
        if (own !== undefined && needsSame(each, own.type)) found[list]?.rows.set(each.ref, own.rows);
        if (!isComparable) found[list]?.incomparable.add(each.ref);
      }
    }
  }
  return found;
}

async function scanned(
  { text, lists }: ListDocument,
  { waiting, ...settings }: LookUpSettings,
  world: World,
): Promise<{ readonly report: Row; readonly log: LogFacts }> {
  const { title, timeoutMs } = settings;
  const group = title === undefined ? undefined : logGroup(`Trivy: ${title(lists)}, by SBOM`, world.log);
  const trivy = (group === undefined && (await waiting?.take())) || listTrivy(settings, world, group);
  using _ = removedAtEnd(trivy.folder);
  const { code, stderr, timedOut, aborted } = await trivy.read(text, timeoutMs).finally(() => group?.end());
  if (aborted) throw cancelled();
  if (timedOut) throw notMatched("the second scan took too long");
  if (code !== 0) throw notMatched(`the second scan failed: ${shortened(fatalMessage(stderr))}`);
  return { report: reportIn(trivy.output), log: trivy.facts() };
}

function reportIn(output: string): Row {
  if (!statSync(output, { throwIfNoEntry: false })?.isFile()) throw notMatched("the second scan wrote no report");
  const bytes = readFileSync(output);
  return parse(textOf(bytes)) as Row;
}

/** A clause that follows the plan's "… because". */
function notMatched(why: string): GateError {
  return new GateError(
    "versions-not-checked",
    why,
    "Run again. The verdict does not depend on the fix plan, whose versions were not looked up in this run.",
  );
}

/**
 * Matches each component with the package that it represents.
 * @throws GateError `versions-not-checked` if it has findings for a component that is not in the list
 */
function rowsIn(report: Row, { components }: ListDocument) {
  const found = new Map<string, Row[]>();
  const types = new Map<string, string>();
  for (const result of checkedReport(report).Results) {
    const read = packagesOf([result]);
    for (const [index, row] of ((result.Packages ?? []) as Row[]).entries()) {
      const ref = refOf(row.Identifier);
      const meant = components.get(ref)?.entries[0]?.each;
      const own = read[index];
      if (meant !== undefined && own !== undefined && isSame(meant, own)) types.set(ref, own.type);
    }
    for (const row of (result.Vulnerabilities ?? []) as Row[]) addTo(found, refOf(row.PkgIdentifier), row);
  }
  if ([...found.keys()].some((ref) => !components.has(ref)))
    throw notMatched("the second scan has findings for a package that is not in the list");
  return new Map([...types].map(([ref, type]) => [ref, { type, rows: found.get(ref) ?? [] }]));
}

/** The reference of the component that a row is about, which Trivy repeats. */
export function refOf(identifier: unknown): string {
  const ref = (identifier as { BOMRef?: unknown } | undefined)?.BOMRef;
  return typeof ref === "string" ? ref : "";
}

/**
 * In a list, Trivy derives a package's kind from its package URL. An SBOM within an image can give it another kind, and
 * so other advisories.
 */
function needsSame({ type }: ListedPackage, readAs: string): boolean {
  const wanted = advisedAs(type);
  return wanted === undefined || wanted === advisedAs(readAs);
}

/** Compares all fields by which Trivy looks a package up. */
function isSame(meant: ListedPackage, read: ReportPackage): boolean {
  if (meant.name.toLowerCase() !== read.name.toLowerCase() || meant.version !== read.version) return false;
  if (meant.system !== true) return true;
  const source = meant.source ?? meant;
  return (
    source.name === read.source?.name && source.version === read.source.version && meant.modularity === read.modularity
  );
}

/**
 * Looks packages up in Trivy's database.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`, `report-…`
 */
export async function match(
  lists: readonly PackageList[],
  { version, ...settings }: LookUpSettings & { readonly version: string },
  world: World,
): Promise<readonly Answer[]> {
  const { updatedAt, sha256 } = settings.database;
  const databaseUpdatedAt = updatedAt.toISOString();
  const by = { scanner: "Trivy", scannerVersion: version, databaseUpdatedAt, databaseSha256: sha256 };
  const found = await lookUp(lists, settings, world);
  return found.map(({ rows, incomparable }, at) => {
    const asked = lists[at]?.packages.filter(({ thirdParty }) => thirdParty !== true) ?? [];
    const unread = asked.map(({ ref }) => ref).filter((ref) => !rows.has(ref) || incomparable.has(ref));
    const some = [...rows].filter(([, own]) => own.length > 0);
    return {
      found: new Map(some.map(([ref, own]) => [ref, findingsIn(own)])),
      unread: new Set(unread),
      notes: [],
      by,
    };
  });
}

/** Without any path, since a row may be about several packages. */
function findingsIn(rows: readonly Row[]): Finding[] {
  const findings: Finding[] = [];
  const nothing = () => undefined;
  const context: ResultContext = {
    artifactName: undefined,
    layers: new Map(),
    ownerOf: nothing,
    packageAt: nothing,
    severityOf: toSeverity,
    describe: NO_DESCRIPTIONS,
  };
  addFindings({ Vulnerabilities: rows }, 0, context, findings);
  return findings.map(({ package: _package, path: _path, layer: _layer, owner: _owner, ...finding }) => finding);
}
