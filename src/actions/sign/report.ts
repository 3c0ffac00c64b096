import { MAX_SKEW_MS } from "../../domain/evidence/accept.ts";
import { readReport } from "../../domain/report/read.ts";
import type { Report } from "../../domain/report/schema.ts";
import { GateError } from "../../system/errors.ts";
import { readGivenFile, realGivenPath } from "../../system/given-files.ts";
import { sha256OfBytes } from "../../system/store/hashing.ts";
import type { World } from "../../system/world.ts";
import type { Inputs } from "./inputs.ts";

/** The gate's report, with the digest that the gate's step gave. */
export interface GivenReport {
  readonly report: Report;
  /** The file's real path, absolute: the gate's other files are alongside it. */
  readonly path: string;
}

/** A report of a fleet's largest image has a few tens of megabytes. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Reads the report, which must have its digest, and be no later than this machine's clock.
 * @throws GateError `file-…`, `report-edited`, `report-unreadable`, `report-from-the-future`
 */
export function readGivenReport(
  { report: path, reportDigest }: Pick<Inputs, "report" | "reportDigest">,
  world: World,
): GivenReport {
  const given = { what: "report of the gate", path, maxBytes: MOST_BYTES };
  const bytes = readGivenFile(given, world);
  const sha256 = sha256OfBytes(bytes);
  if (sha256 !== reportDigest)
    throw new GateError(
      "report-edited",
      `The report ${JSON.stringify(path)} is not the one that the gate wrote: its SHA-256 is ${sha256}, not ${reportDigest}`,
      "Nothing may change it. Give `report` and `report-digest` of the same gate.",
    );
  const report = parsed(bytes, path);
  requirePast(report, world.now());
  return { report, path: realGivenPath(given, world) };
}

function parsed(bytes: Buffer, path: string): Report {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw unreadable(path, "is not JSON");
  }
  const report = readReport(document);
  if ("wrong" in report) throw unreadable(path, report.wrong);
  return report;
}

/** @param why a clause about the report, without its text */
function unreadable(path: string, why: string): GateError {
  return new GateError(
    "report-unreadable",
    `The report ${JSON.stringify(path)} cannot be used: it ${why}`,
    "Give the path in the gate's output `report`. The gate and this action must have the same version of Image Gate.",
  );
}

/**
 * A scan of tomorrow would be the newest for a whole day, whatever other scans find meanwhile.
 * @throws GateError `report-from-the-future`
 */
function requirePast({ targets }: Report, now: Date): void {
  const ahead = targets
    .map(({ provenance }) => provenance?.scannedAt)
    .find((time) => time !== undefined && Date.parse(time) > now.getTime() + MAX_SKEW_MS);
  if (ahead === undefined) return;
  throw new GateError(
    "report-from-the-future",
    `The report has a scan of ${ahead}, which is more than 5 minutes ahead of this machine's clock (${now.toISOString()})`,
    "Set the clock of the machine that is wrong: this one, or the one that scanned.",
  );
}
