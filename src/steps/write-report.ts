import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import type { Target } from "../domain/target.ts";
import type { EvidenceFiles, renderReport } from "../render/json/report.ts";
import type { View } from "../render/view.ts";
import type { PlannedReport } from "../reports/planned-reports.ts";
import { tryOr } from "../system/errors.ts";
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
 * Writes Image Gate's own report into the run's folder. After a pass, it has the hashes of the files alongside it, so
 * that their contents can be signed.
 * @returns its path, and `sha256:…` of the bytes as they were written
 */
export function writeReport(
  view: View,
  render: typeof renderReport,
  beside: Beside,
  { runFolder }: Pick<World, "runFolder">,
): { readonly path: string; readonly digest: string } {
  const path = join(runFolder, "report.json");
  const files = view.verdict.answer === "pass" ? hashedFiles(runFolder, beside) : undefined;
  const bytes = createHash("sha256");
  writePieces(path, render(view, files), { onPiece: (piece) => bytes.update(piece) });
  return { path, digest: `sha256:${bytes.digest("hex")}` };
}

function hashedFiles(folder: string, { scannerReports, written = [] }: Beside): EvidenceFiles {
  // A file that is gone is left out: the verdict is unaffected, but nothing about the file can be attested.
  const fileAt = (path: string) =>
    tryOr(
      () => ({ path: isWithin(folder, path) ? relative(folder, path) : path, sha256: hashed({ path }) }),
      undefined,
    );
  return new Map(
    [...scannerReports].map(([target, path]) => {
      const sbom = written.find((each) => each.format === "cyclonedx" && each.target === target);
      return [target, { scannerReport: fileAt(path), cyclonedx: sbom && fileAt(sbom.path) }];
    }),
  );
}
