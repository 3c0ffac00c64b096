import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Target } from "../../../domain/target.ts";
import { readSbom, type Sbom, SbomFault } from "../../../sboms/read.ts";
import { GateError } from "../../../system/errors.ts";
import { writePieces } from "../../../system/given-files.ts";
import type { LogFacts } from "../process/log-facts.ts";
import type { SbomFacts } from "../report/coverage-facts.ts";
import { unreadIn } from "./unread.ts";

/** A larger SBOM is not read a second time: its text would take this much memory, and its values as much again. */
const MOST_BYTES = 128 * 1024 * 1024;

/** An SBOM that is ready to be scanned. */
export interface ReadySbom {
  /** Absolute path of what Trivy gets: the given file, or a copy. */
  readonly location: string;
  readonly notes: readonly string[];
  scanFacts(log: LogFacts): SbomFacts;
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
  if (sbom.copy === undefined) return { location: path, notes: [], scanFacts };
  const location = join(folder, "sbom.json");
  writePieces(location, sbom.copy.pieces, { flags: "wx" });
  const note = `Trivy read a copy of the SBOM: ${sbom.copy.changes.join("; ")}.`;
  return { location, notes: [note], scanFacts };
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
  return { location, notes: [], scanFacts };
}
