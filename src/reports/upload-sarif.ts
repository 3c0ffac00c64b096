import { createGzip } from "node:zlib";
import type { JudgedTarget } from "../domain/verdict.ts";
import type { Access, Platform } from "../platforms/platform.ts";
import type { CodeScanningFacts } from "../render/report-format.ts";
import {
  droppedWords,
  hiddenOf,
  judgedTargets,
  MOST_RESULTS,
  MOST_RUNS,
  openOf,
  type SarifRun,
  sarifOf,
  selectionOf,
} from "../render/sarif/sarif.ts";
import { counted, number } from "../render/shared/phrases.ts";
import { plain } from "../render/shared/safe-text.ts";
import type { View } from "../render/view.ts";
import { GateError } from "../system/errors.ts";
import type { World } from "../system/world.ts";
import { reportFacts } from "./facts.ts";

/**
 * Sends the open findings to code scanning, as the input `upload-sarif` asks. Never throws: a failure does not change
 * the verdict.
 */
export async function uploadSarif(
  view: View,
  access: Access,
  platform: Platform,
  world: Pick<World, "log" | "now" | "workspace">,
): Promise<void> {
  const { log } = world;
  const targets = judgedTargets(view.verdict.targets);
  const { alerts, words } = platform;
  if (alerts === undefined) {
    log.warning(`No upload to code scanning: ${words.lacking}.`);
    return;
  }
  const decision = await alerts.decide(targets.length, access);
  if (decision.about === undefined) {
    log[decision.level](`No upload to code scanning: ${decision.why}.`);
    return;
  }
  try {
    const facts = reportFacts(view, platform, world);
    const { uploads, cuts } = await uploadsOf(targets, facts, alerts.mostBytes);
    for (const cut of cuts) log.warning(new GateError("sarif-cut", cut, "The verdict stands on all findings.").message);
    for (const hidden of hiddenOf(targets.map(openOf))) log.info(`${hidden}.`);
    const { about } = decision;
    await alerts.send({ uploads, about, tool: facts.tool.name, startedAt: view.now }, access);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    log.warning(
      new GateError(
        "sarif-not-uploaded",
        `SARIF could not be made for code scanning: ${why}`,
        "The verdict stands; please report this to Image Gate.",
      ).message,
    );
  }
}

export interface Upload {
  readonly gzip: Buffer;
  /** `3 findings of 2 targets`. */
  readonly what: string;
}

export interface Uploads {
  readonly uploads: readonly Upload[];
  /** What was left out: a sentence for each target, without a full stop. */
  readonly cuts: readonly string[];
}

/**
 * Makes the uploads to code scanning: one run for each judged target with its open findings, in as few uploads as
 * the platform's limits allow. A target that is too large by itself loses its least severe findings.
 * @param mostBytes most bytes of one upload, compressed
 */
export async function uploadsOf(
  targets: readonly JudgedTarget[],
  facts: CodeScanningFacts,
  mostBytes: number,
): Promise<Uploads> {
  const uploads: Upload[] = [];
  const cuts: string[] = [];
  for (let from = 0; from < targets.length; from += MOST_RUNS) {
    const runs = targets.slice(from, from + MOST_RUNS).map((target): SarifRun => ({ target, onlyOpen: true }));
    for (const { gzip, runs: inside } of await fitting(runs, facts, mostBytes)) {
      uploads.push({ gzip, what: whatIsIn(inside) });
      cuts.push(...inside.flatMap(cutOf));
    }
  }
  return { uploads, cuts };
}

interface Packed {
  readonly gzip: Buffer;
  readonly runs: readonly SarifRun[];
}

async function fitting(runs: readonly SarifRun[], facts: CodeScanningFacts, mostBytes: number): Promise<Packed[]> {
  const gzip = await compressed(sarifOf(runs, facts));
  if (gzip.length <= mostBytes) return [{ gzip, runs }];
  const [only, second] = runs;
  if (only === undefined) return [];
  if (second !== undefined) {
    const half = Math.ceil(runs.length / 2);
    const parts = [runs.slice(0, half), runs.slice(half)];
    return (await Promise.all(parts.map((part) => fitting(part, facts, mostBytes)))).flat();
  }
  const kept = selectionOf(only).kept.length;
  // A tenth less than what seems to fit, as the rest may compress worse. A file without findings always fits.
  const most = Math.floor((kept * 0.9 * mostBytes) / gzip.length);
  return fitting([{ ...only, most: kept === 0 ? 0 : most }], facts, kept === 0 ? Number.POSITIVE_INFINITY : mostBytes);
}

/** Compresses piece by piece: the text of many runs may exceed the longest string that Node allows. */
async function compressed(pieces: Iterable<string>): Promise<Buffer> {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  gzip.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => gzip.on("end", resolve).on("error", reject));
  for (const piece of pieces) if (!gzip.write(piece)) await new Promise((resolve) => gzip.once("drain", resolve));
  gzip.end();
  await ended;
  return Buffer.concat(chunks);
}

function whatIsIn(runs: readonly SarifRun[]): string {
  const findings = runs.reduce((sum, run) => sum + selectionOf(run).kept.length, 0);
  return `${counted(findings, "open finding")} of ${counted(runs.length, "target")}`;
}

function cutOf(run: SarifRun): string[] {
  const selection = selectionOf(run);
  if (selection.dropped.length === 0) return [];
  return [
    `The upload to code scanning leaves out ${droppedWords(selection)} of ${plain(run.target.target.label)}, the least severe: GitHub takes ${number(MOST_RESULTS)} results a run and 10 MB`,
  ];
}
