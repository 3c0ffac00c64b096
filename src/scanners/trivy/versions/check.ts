import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { addTo } from "../../../domain/collections.ts";
import { type Finding, fixedVersionsIn } from "../../../domain/finding.ts";
import { toSeverity } from "../../../domain/severity.ts";
import type { VersionAnswer, VersionQuestion } from "../../../domain/upgrade/proof/version-question.ts";
import { GateError } from "../../../system/errors.ts";
import { privateFolder, removedAtEnd } from "../../../system/store/private-file.ts";
import { release } from "../../../system/used-buffers.ts";
import type { World } from "../../../system/world.ts";
import type { Database } from "../database/health.ts";
import { linkDatabase } from "../database/link.ts";
import { scanSbom } from "../process/sbom-scan.ts";
import { cutDocument, type ReportDocument, wholeDocument } from "../report/document.ts";
import { parsed, vulnerabilitySchema } from "../report/schema.ts";
import { type VersionsSbom, versionsSboms } from "./sbom.ts";

export interface VersionCheck {
  /** Absolute path of the program. */
  readonly trivy: string;
  readonly database: Database;
  /** For all SBOMs together. */
  readonly timeoutMs: number;
}

/** Thousands of findings take a second. Advice is not worth a longer wait. */
const DEADLINE_MS = 20_000;
/** What Trivy writes about a few thousand findings is a tenth of it. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Asks Trivy about packages in versions that are not installed: an SBOM of them is scanned with the same database, and
 * by the same rules as any target. It has one process for each operating system among the questions.
 * @throws GateError `versions-not-checked`, `run-cancelled`, `program-…`, `report-…`
 */
export async function checkVersions(
  questions: readonly VersionQuestion[],
  { trivy, database, timeoutMs }: VersionCheck,
  world: World,
): Promise<readonly VersionAnswer[]> {
  const answers: (readonly Finding[] | undefined)[] = questions.map(() => undefined);
  const end = performance.now() + Math.min(timeoutMs, DEADLINE_MS);
  const folder = privateFolder(world, "versions");
  using _ = removedAtEnd(folder);
  linkDatabase(folder, "vulnerability", database);
  for (const sbom of versionsSboms(questions)) {
    const { found, unread } = await scanned(sbom, { trivy, folder, deadlineMs: end - performance.now() }, world);
    for (const [ref, { questions, version, system }] of sbom.components) {
      if (unread.versions.has(version) || (system && unread.systemVersion)) continue;
      for (const question of questions) answers[question] = found.get(ref) ?? [];
    }
  }
  return answers;
}

interface Run {
  readonly trivy: string;
  /** The cache folder, with the database. */
  readonly folder: string;
  readonly deadlineMs: number;
}

async function scanned({ text }: VersionsSbom, { trivy, folder, deadlineMs }: Run, world: World) {
  const unread = new UnreadVersions();
  const scan = { trivy, text, folder, timeoutMs: Math.max(1, deadlineMs), onLine: unread.line };
  const done = await scanSbom(scan, world);
  if ("output" in done) return { found: foundIn(done.output), unread };
  if (done.failed === "too-long") throw notChecked("the second scan took too long");
  throw notChecked(`the second scan failed: ${done.reason ?? "it gave no reason"}`);
}

/**
 * Listens for versions that Trivy cannot read: it finds nothing in them, which does not mean that there is nothing. For
 * an operating system's package it does not say which version that is.
 */
class UnreadVersions {
  readonly versions: Set<string> = new Set();
  systemVersion = false;

  readonly line = (line: string): void => {
    const version = versionIn(line);
    if (version !== undefined) this.versions.add(version);
    if (/installed package version/i.test(line)) this.systemVersion = true;
  };
}

/** `npm version error (latest): invalid semantic version` */
function versionIn(line: string): string | undefined {
  const start = /\bversion error \(/.exec(line);
  if (start === null) return undefined;
  const from = start.index + start[0].length;
  const end = line.indexOf("): ", from);
  return end === -1 ? undefined : line.slice(from, end);
}

function foundIn(output: string): Map<string, Finding[]> {
  const { size } = statSync(output, { throwIfNoEntry: false }) ?? {};
  if (size === undefined) throw notChecked("the second scan wrote no report");
  if (size > MOST_BYTES) throw notChecked("the second scan found more than can be read");
  const bytes = readFileSync(output);
  const found = findingsByRef(cutDocument(bytes) ?? wholeDocument(bytes.toString("utf8")));
  release(bytes);
  return found;
}

/** A clause: the plan continues "… because …". */
function notChecked(why: string): GateError {
  return new GateError(
    "versions-not-checked",
    why,
    "The verdict stands. The plan names the versions that the advisories name, but nobody looked what these have themselves.",
  );
}

/** Trivy repeats the reference of the component that a finding is about. */
const rowSchema = vulnerabilitySchema.extend({
  PkgIdentifier: z.object({ PURL: z.string().optional(), BOMRef: z.string().optional() }).optional(),
});

function findingsByRef({ results }: ReportDocument): Map<string, Finding[]> {
  const found = new Map<string, Finding[]>();
  for (const { rows } of results) {
    let row = 0;
    for (const value of rows.get("Vulnerabilities") ?? []) {
      const each = parsed(rowSchema, value, ["Results", "Vulnerabilities"], row++);
      const ref = each.PkgIdentifier?.BOMRef ?? "";
      const finding = findingOf(each);
      addTo(found, ref, finding);
    }
  }
  return found;
}

function findingOf(row: z.infer<typeof rowSchema>): Finding {
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
