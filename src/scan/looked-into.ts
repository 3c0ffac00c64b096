import { statSync } from "node:fs";
import type { LocatedTarget, ScanResult, Target } from "../domain/target.ts";
import { GateError, tryOr } from "../system/errors.ts";

/**
 * A scanner knows lock files by their names, and passes over any other file without a word. In a folder that is
 * expected; a file that was named alone would pass although nobody looked into it.
 * @throws GateError `path-not-read`
 */
export function requireLookedInto(scan: ScanResult, { kind, input }: Target, { how, location }: LocatedTarget) {
  const isSeen = scan.findings.length > 0 || scan.packages.length > 0 || scan.coverage === undefined;
  if (how !== "folder" || isSeen || !isFile(location)) return scan;
  const isPassedOver = scan.coverage.rows.every(({ status }) => status === "nothing-there" || status === "not-asked");
  if (!isPassedOver) return scan;
  throw new GateError(
    "path-not-read",
    `\`${kind}\` ${JSON.stringify(input)} is a file in which the scanner found nothing that it knows`,
    "Name a lock file by its usual name, or the folder that it lies in. An SBOM, an image and a scanner's report are targets of their own kinds: `sbom`, `image` and `scan-report`.",
  );
}

function isFile(path: string): boolean {
  return tryOr(() => statSync(path).isFile(), false);
}
