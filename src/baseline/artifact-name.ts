import { createHash } from "node:crypto";

/** The artifact name under which a gate of this name keeps its report for later runs to compare with. */
export function artifactName(gate: string): string {
  return named("image-gate", gate, gate);
}

/**
 * The name of the artifact that comment and summary link to if they left details out. No baseline has this name, since
 * pull requests keep such artifacts too.
 */
export function wholeReportName(gate: string): string {
  return named("image-gate-report", gate, `report of ${gate}`);
}

/**
 * Readable, and safe for every file system: artifact names allow none of `" : < > | * ? \ /`. It ends with a hash,
 * since two names may become equal after the replacement.
 */
function named(prefix: string, gate: string, hashed: string): string {
  const readable = gate
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|(?<![-.])[-.]+$/g, "")
    .slice(0, 80);
  const hash = createHash("sha256").update(hashed).digest("hex").slice(0, 10);
  return `${prefix}-${readable === "" ? "" : `${readable}-`}${hash}`;
}

/** The only file in a baseline's artifact. */
export const REPORT_FILE = "report.json";
