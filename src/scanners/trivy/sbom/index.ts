import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../../domain/target.ts";
import { readSbom, type Sbom, SbomFault } from "../../../sboms/read.ts";
import { GateError } from "../../../system/errors.ts";
import { writePieces } from "../../../system/given-files.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { SbomFacts } from "../report/coverage-facts.ts";
import { textOf } from "../report/document.ts";
import { unreadIn } from "./unread.ts";

/** A larger SBOM is not read a second time: its text would take this much memory, and its values as much again. */
const MOST_BYTES = 128 * 1024 * 1024;

/** An SBOM that is ready to be scanned. */
export interface ReadySbom {
  /** Absolute path of what Trivy gets: the given file, or a copy. */
  readonly location: string;
  readonly notes: readonly string[];
  scanFacts(log: LogFacts): SbomFacts;
  /** Trivy's report with the given path where it has the copy's. Writes it to `file` as well if it differs. */
  ownReport(report: Buffer, file: string): Buffer;
}

/**
 * Reads an SBOM, and writes a copy for Trivy if it would not read all of the given one.
 * @param path absolute
 * @param folder for the copy: private, and removed after the scan
 * @throws GateError `sbom-ambiguous`
 */
export function readySbom(target: Target, path: string, folder: string): ReadySbom {
  if (statSync(path).size > MOST_BYTES) return unready(path, `it has more than ${MOST_BYTES / 1024 / 1024} MiB`);
  const sbom = readAs(target, readFileSync(path));
  if (typeof sbom === "string") return unready(path, `it ${sbom}`);
  const scanFacts = (log: LogFacts): SbomFacts => ({
    isImage: sbom.isImage,
    systems: sbom.systems,
    listed: (packages, asked) => unreadIn(sbom, packages, { ...asked, log }),
  });
  if (sbom.copy === undefined) return { location: path, notes: [], scanFacts, ownReport: (report) => report };
  const location = join(folder, "sbom.json");
  writePieces(location, sbom.copy.pieces, { flags: "wx" });
  return {
    location,
    notes: [`Trivy read a copy of the SBOM: ${sbom.copy.changes.join("; ")}.`],
    scanFacts,
    ownReport: (report, file) => renamed(report, file, [location, path]),
  };
}

/** The SBOM, or a clause that says why it cannot be read. Trivy may still read it, or a part of it. */
function readAs({ label }: Target, bytes: Buffer): Sbom | string {
  try {
    return readSbom(bytes);
  } catch (fault) {
    if (!(fault instanceof SbomFault)) throw fault;
    if (fault.kind === "unreadable") return fault.message;
    throw new GateError(
      "sbom-ambiguous",
      `${label} can be read in two ways: it ${fault.message}`,
      "Make the SBOM again, with a tool that writes each key once and as its format spells it.",
    );
  }
}

function unready(location: string, unknown: string): ReadySbom {
  const scanFacts = (): SbomFacts => ({ isImage: false, systems: [], listed: () => ({ unknown }) });
  return { location, notes: [], scanFacts, ownReport: (report) => report };
}

/**
 * The name of the private folder is made after the document was written, so that no text of the document can have it.
 */
function renamed(report: Buffer, file: string, [from, to]: readonly [string, string]): Buffer {
  const [copy, given] = [from, to].map((path) => goString(path)) as [string, string];
  if (!report.includes(copy)) return report;
  const text = textOf(report).replaceAll(copy, () => given);
  writeFileSync(file, text);
  return Buffer.from(text);
}

/** A string's inside, as Go writes it into JSON (`encoding/json`). */
function goString(text: string): string {
  const json = JSON.stringify(text).slice(1, -1);
  return json.replace(/[<>&\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
