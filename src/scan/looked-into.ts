import { basename } from "node:path";
import type { LocatedTarget, ScanResult, Target } from "../domain/target.ts";
import { GateError } from "../system/errors.ts";
import { statusOf } from "../system/given-files.ts";

/**
 * A scanner knows lock files by their names, and passes over any other file without a word. In a folder that is
 * expected; a file that was named alone would pass although nobody looked into it.
 * @throws GateError `path-not-read`
 */
export async function requireLookedInto(
  scan: ScanResult,
  { kind, input }: Target,
  { how, location }: LocatedTarget,
): Promise<ScanResult> {
  if (how !== "folder" || statusOf(location)?.isFile() !== true) return scan;
  const { findings, packages, coverage } = scan;
  if (findings.length > 0 || packages.length > 0 || coverage === undefined) return scan;
  const { scanners = [] } = scan.provenance;
  const asksPackages = scanners.includes("vuln") || scanners.includes("license");
  const isPassedOver = coverage.rows.every(
    ({ subject, status }) =>
      status === "nothing-there" || status === "not-asked" || (asksPackages && IN_ANY_TEXT.has(subject)),
  );
  if (!isPassedOver) return scan;
  const { kindsOf } = await import("../images/layers/inventory/kinds.ts");
  const name = basename(location);
  // The scanner read it, and found no packages. A list of requirements may have some that it passes over.
  if (name.includes("lock") && kindsOf(name).includes("lock-file")) return scan;
  throw new GateError(
    "path-not-read",
    `\`${kind}\` ${JSON.stringify(input)} is a file in which the scanner found nothing that it knows`,
    "Name a lock file by its usual name, or the folder that it lies in. An SBOM, an image and a scanner's report are targets of their own kinds: `sbom`, `image` and `scan-report`. Only for secrets can any text be searched: leave the others out of `scanners`.",
  );
}

/** What is searched in any text. That says nothing about packages, if they were asked for, too. */
const IN_ANY_TEXT: ReadonlySet<string> = new Set(["Secrets", "Licences"]);
