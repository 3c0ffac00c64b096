import { globSync } from "node:fs";
import { Malformed } from "../domain/json/checked.ts";
import { listSome } from "../domain/list-some.ts";
import type { TargetError } from "../domain/verdict.ts";
import { type ScannedImage, type ScannedImages, targetOf } from "../scan/running/index.ts";
import { asGateError, described, GateError } from "../system/errors.ts";
import { readGivenFile, readGivenStart } from "../system/given-files.ts";
import type { World } from "../system/world.ts";
import type { Plan, Shard } from "./shard-plan.ts";
import { readHead, readShardReport, type ShardHead, type ShardRun } from "./shard-report.ts";

const MOST_FILE_BYTES = 1 << 30;
/** The start of each is read. A plan has at most 256 shards, and each attempt may leave a report. */
const MOST_FILES = 10_000;
const HEAD_BYTES = 64 * 1024;
/** The name of such a file in messages. */
const WHAT = "shard's report";

/** The conditions under which a report counts. */
export interface Conditions {
  /** The run of the reports; absent without a platform. */
  readonly run: ShardRun | undefined;
  readonly now: Date;
  /** Findings of a database that was built longer ago are an error. */
  readonly maxAgeMs: number;
}

/**
 * The findings of all shards, in the order of the plan. An image whose shard has no report that counts is an error,
 * because its findings are unknown.
 * @param pattern glob of the reports, from the workspace
 * @throws GateError `fleet-too-many-files`
 */
export function gatherShards(plan: Plan, pattern: string, expected: Conditions, world: World): ScannedImages {
  const files = globSync(pattern, { cwd: world.workspace });
  if (files.length > MOST_FILES) throw tooManyFiles(pattern, files.length);
  const notes: string[] = [];
  const byShard = Map.groupBy(files.sort(), (path) => {
    const { shard, not } = shardOf(path, plan, expected, world);
    if (not !== undefined) notes.push(`${JSON.stringify(path)} was not read: ${not}.`);
    return shard;
  });
  const parts = plan.shards.map((shard) => {
    const read = readOne(shard, byShard.get(shard.name) ?? [], world);
    return read instanceof GateError ? notScanned(shard, read) : read;
  });
  const scanned = parts.flatMap((part) => part.scanned);
  const scanners = new Set(scanned.flatMap(scannersOf));
  return {
    scanned: scanned.map((each): ScannedImage => {
      const error = tooOld(each, expected) ?? notAsked(each, scanners);
      return error === undefined ? each : { image: each.image, outcome: { target: each.outcome.target, error } };
    }),
    sboms: new Map(parts.flatMap(({ sboms }) => [...sboms])),
    notes: [...notes, ...parts.flatMap((part) => part.notes)],
  };
}

function tooManyFiles(pattern: string, count: number): GateError {
  return new GateError(
    "fleet-too-many-files",
    `The pattern ${JSON.stringify(pattern)} of \`reports\` matches ${count} files; at most ${MOST_FILES} are read`,
    "Name the folder that has only the shards' reports, as `reports/*.jsonl`.",
  );
}

/** The shard of a report file, or the reason why it belongs to none, as a clause. */
function shardOf(path: string, plan: Plan, { run }: Conditions, world: World): { shard?: string; not?: string } {
  let head: ShardHead;
  try {
    head = readHead(readGivenStart({ what: WHAT, path }, HEAD_BYTES, world));
  } catch (thrown) {
    return { not: thrown instanceof Malformed ? "it is not a shard's report" : asGateError(thrown).what };
  }
  const shard = plan.shards.find(({ name }) => name === head.shard);
  if (!isOfRun(head.run, run)) return { not: "it is of another run" };
  return shard?.plan === head.plan ? { shard: head.shard } : { not: "it is of another plan" };
}

/** A restarted run still has the reports of jobs that were not restarted. */
function isOfRun(theirs: ShardRun | undefined, ours: ShardRun | undefined): boolean {
  if (theirs === undefined || ours === undefined) return theirs === ours;
  return theirs.repository === ours.repository && theirs.run === ours.run && theirs.attempt <= ours.attempt;
}

function readOne(shard: Shard, files: readonly string[], world: World): ScannedImages | GateError {
  const { name } = shard;
  const [path] = files;
  if (path === undefined)
    return new GateError(
      "fleet-shard-missing",
      `There is no report of shard ${name}, so its images were not looked at`,
      "See what ended that shard's job, and re-run the failed jobs.",
    );
  try {
    const reports = files.map((each) => readGivenFile({ what: WHAT, path: each, maxBytes: MOST_FILE_BYTES }, world));
    const [bytes = Buffer.alloc(0), ...others] = reports;
    if (others.some((other) => !other.equals(bytes)))
      return new GateError(
        "fleet-shard-twice",
        `There are several reports of shard ${name}, which differ: ${files.map((each) => JSON.stringify(each)).join(", ")}`,
        "The right one is unknown: let each shard upload under one name with `overwrite: true`, and no other job upload such files.",
      );
    return readShardReport(bytes, shard);
  } catch (thrown) {
    if (!(thrown instanceof Malformed)) return asGateError(thrown);
    return new GateError(
      "fleet-shard-invalid",
      `The report of shard ${name} (${JSON.stringify(path)}) cannot be used: ${thrown.message}`,
      "Use the same version of Image Gate in all parts, and re-run the shard's job.",
    );
  }
}

/**
 * The shard's images, each with the reason why its contents are unknown. An image that the plan could not resolve keeps
 * its own reason.
 */
export function notScanned({ images }: Pick<Shard, "images">, reason: GateError): ScannedImages {
  const scanned = images.map(({ image, error }): ScannedImage => {
    return { image, outcome: { target: targetOf(image), error: error ?? described(reason) } };
  });
  return { scanned, sboms: new Map(), notes: [] };
}

/** An error for findings of a database that is too old by now: a run can be started again after weeks. */
function tooOld({ outcome, way }: ScannedImage, { now, maxAgeMs }: Conditions): TargetError | undefined {
  if ("error" in outcome) return undefined;
  const { databaseUpdatedAt, scannedAt = "an unknown time" } = outcome.scan.provenance;
  // A foreign report does not always name its database. The database cannot be newer than the report.
  const made = databaseUpdatedAt ?? (way === "report" ? scannedAt : undefined);
  if (made === undefined || Date.parse(made) >= now.getTime() - maxAgeMs) return undefined;
  return {
    code: "fleet-report-old",
    what: `The database of its scan was built at ${made} or before, longer ago than \`max-db-age\` allows`,
    remedy: "Start the whole run again instead of a part of an old one.",
  };
}

/** The scanners that were asked, even if they failed. Empty: the image was not scanned here. */
function scannersOf({ outcome, way }: ScannedImage): readonly string[] {
  if ("error" in outcome || way === "report") return [];
  const { opinions, provenance } = outcome.scan;
  return opinions?.map(({ scanner }) => scanner) ?? (provenance.scanner ? [provenance.scanner] : []);
}

/**
 * An image that was not shown to a scanner which another shard asked: `scan-with` differs between the jobs. Then the
 * absence of findings proves nothing.
 */
function notAsked(image: ScannedImage, all: ReadonlySet<string>): TargetError | undefined {
  const own = scannersOf(image);
  const missing = own.length === 0 ? [] : [...all].filter((name) => !own.includes(name));
  if (missing.length === 0) return undefined;
  return {
    code: "fleet-scanners-differ",
    what: `Its shard did not ask ${listSome(missing, 3)}, which other shards did`,
    remedy: "Give all jobs of the scans the same `scan-with`, and start the whole run again.",
  };
}
