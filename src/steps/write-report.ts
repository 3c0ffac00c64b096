import { createHash } from "node:crypto";
import { dirname, join, relative } from "node:path";
import type { Target } from "../domain/target.ts";
import type { EvidenceFiles, renderReport } from "../render/json/report.ts";
import type { View } from "../render/view.ts";
import type { PlannedReport } from "../reports/planned-reports.ts";
import { isWithin, writePieces } from "../system/given-files.ts";
import { hashed } from "../system/store/hashing.ts";
import type { World } from "../system/world.ts";

interface Beside {
  /** The scanner's own reports. */
  readonly scannerReports: ReadonlyMap<Target, string>;
  /** The reports for other tools that were written. */
  readonly written?: readonly PlannedReport[] | undefined;
}

/**
 * Writes Image Gate's own report into the run's folder. Of a pass, it names the files beside it by their hashes, so
 * that a signature can be given for what they say.
 * @returns its path, and `sha256:…` of the bytes as they were written
 */
export function writeReport(
  view: View,
  render: typeof renderReport,
  beside: Beside,
  { runFolder }: Pick<World, "runFolder">,
): { readonly path: string; readonly digest: string } {
  const path = join(runFolder, "report.json");
  const files = view.verdict.answer === "pass" ? hashedFiles(path, beside) : undefined;
  const bytes = createHash("sha256");
  writePieces(path, render(view, files), { onPiece: (piece) => bytes.update(piece) });
  return { path, digest: `sha256:${bytes.digest("hex")}` };
}

function hashedFiles(report: string, { scannerReports, written = [] }: Beside): EvidenceFiles {
  const files = new Map<Target, { scannerReport?: EvidenceFile; cyclonedx?: EvidenceFile }>();
  for (const [target, path] of scannerReports) {
    const sbom = written.find((each) => each.format === "cyclonedx" && each.target === target);
    const scannerReport = evidenceFile(path, dirname(report));
    const cyclonedx = sbom && evidenceFile(sbom.path, dirname(report));
    files.set(target, { ...(scannerReport && { scannerReport }), ...(cyclonedx && { cyclonedx }) });
  }
  return files;
}

type EvidenceFile = NonNullable<NonNullable<ReturnType<EvidenceFiles["get"]>>["scannerReport"]>;

/** Undefined if it is gone: the verdict stands, but nothing can be attested of it. */
function evidenceFile(path: string, folder: string): EvidenceFile | undefined {
  try {
    return { path: isWithin(folder, path) ? relative(folder, path) : path, sha256: hashed({ path }) };
  } catch {
    return undefined;
  }
}
