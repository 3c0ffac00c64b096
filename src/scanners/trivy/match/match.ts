import { readFileSync, statSync } from "node:fs";
import { addTo } from "../../../domain/collections.ts";
import { type Finding, fixedVersionsIn } from "../../../domain/finding.ts";
import type { Answer, PackageList } from "../../../domain/packages/package-list.ts";
import { toSeverity } from "../../../domain/severity.ts";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { release } from "../../../system/used-buffers.ts";
import type { World } from "../../../system/world.ts";
import type { Database } from "../database/health.ts";
import { linkDatabase } from "../database/link.ts";
import { LogListener } from "../process/log-facts.ts";
import { scanSbom } from "../process/sbom-scan.ts";
import { type ReportDocument, textOf, wholeDocument } from "../report/document.ts";
import { type Row, rowOf, VULNERABILITY } from "../report/rows.ts";
import { type ListDocument, listDocuments } from "./list-document.ts";

export interface MatchSettings {
  /** Absolute path of the program. */
  readonly trivy: string;
  readonly database: Database;
  /** For all documents together. */
  readonly timeoutMs: number;
}

/** Thousands of findings take a second. Advice is not worth a longer wait. */
const DEADLINE_MS = 20_000;
/** What Trivy writes about a few thousand findings is a tenth of it. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Asks Trivy about lists of packages, installed or not: a document of them is scanned with the same database, and by
 * the same rules as any target. It has one process for each operating system among the lists.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`, `report-…`
 */
export async function match(
  lists: readonly PackageList[],
  { trivy, database, timeoutMs }: MatchSettings,
  world: World,
): Promise<readonly Answer[]> {
  // What Trivy does not say that it has read was not read.
  const unread = lists.map(({ packages }) => new Set(packages.map(({ ref }) => ref)));
  const found = lists.map(() => new Map<string, readonly Finding[]>());
  const end = performance.now() + Math.min(timeoutMs, DEADLINE_MS);
  const folder = privateFolder(world, "match");
  using _ = removedAtEnd(folder);
  linkDatabase(folder, "vulnerability", database);
  for (const document of listDocuments(lists)) {
    const run = { trivy, folder, deadlineMs: end - performance.now() };
    const { rows, log } = await scanned(document, run, world);
    const versions = new Set(log.unreadVersions);
    for (const [ref, { entries, version, system }] of document.components) {
      const own = rows.get(ref);
      if (own === undefined || versions.has(version) || (system && log.unreadSystemVersion !== undefined)) continue;
      for (const { list, each } of entries) {
        unread[list]?.delete(each.ref);
        if (own.length > 0) found[list]?.set(each.ref, own);
      }
    }
  }
  return lists.map((_, at) => ({ found: found[at] ?? new Map(), unread: unread[at] ?? new Set(), notes: [] }));
}

interface Run {
  readonly trivy: string;
  /** The cache folder, with the database. */
  readonly folder: string;
  readonly deadlineMs: number;
}

/** The findings of each component that Trivy has read. */
async function scanned({ text }: ListDocument, { trivy, folder, deadlineMs }: Run, world: World) {
  const listener = new LogListener();
  const onLine = (line: string) => listener.line(line);
  const done = await scanSbom({ trivy, text, folder, timeoutMs: Math.max(1, deadlineMs), onLine }, world);
  if ("output" in done) return { rows: rowsIn(done.output), log: listener.facts() };
  if (done.failed === "too-long") throw notMatched("the second scan took too long");
  throw notMatched(`the second scan failed: ${done.reason ?? "it gave no reason"}`);
}

function rowsIn(output: string): ReadonlyMap<string, readonly Finding[]> {
  const { size } = statSync(output, { throwIfNoEntry: false }) ?? {};
  if (size === undefined) throw notMatched("the second scan wrote no report");
  if (size > MOST_BYTES) throw notMatched("the second scan found more than can be read");
  const bytes = readFileSync(output);
  const found = findingsByRef(wholeDocument(textOf(bytes)));
  release(bytes);
  return found;
}

/** A clause: the plan continues "… because …". */
function notMatched(why: string): GateError {
  return new GateError(
    "versions-not-checked",
    why,
    "The verdict stands. The plan names the versions that the advisories name, but nobody looked what these have themselves.",
  );
}

/** Trivy repeats the reference of the component that a row is about. */
const REFERENCE = { BOMRef: "text" } as const;
const PACKAGE = { Identifier: REFERENCE } as const;
const FOUND = { ...VULNERABILITY, PkgIdentifier: REFERENCE } as const;

function findingsByRef({ results }: ReportDocument): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const { rows } of results) {
    let at = 0;
    for (const value of rows.get("Packages") ?? []) {
      const { Identifier } = rowOf(PACKAGE, value, ["Results", "Packages"], at++);
      found.set(Identifier?.BOMRef ?? "", found.get(Identifier?.BOMRef ?? "") ?? []);
    }
    let row = 0;
    for (const value of rows.get("Vulnerabilities") ?? []) {
      const each = rowOf(FOUND, value, ["Results", "Vulnerabilities"], row++);
      addTo(found, each.PkgIdentifier?.BOMRef ?? "", findingOf(each));
    }
  }
  return found;
}

function findingOf(row: Row<typeof FOUND>): Finding {
  return {
    kind: "vulnerability",
    id: row.VulnerabilityID,
    severity: toSeverity(row.Severity),
    title: row.Title ?? "",
    url: row.PrimaryURL,
    fixedVersions: fixedVersionsIn(row.FixedVersion),
    status: row.Status ?? "unknown",
    publishedAt: row.PublishedDate,
  };
}
