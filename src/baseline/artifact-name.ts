import { createHash } from "node:crypto";

/**
 * The name of the artifact in which a gate of this name keeps its report: readable, and safe for every file system (artifacts
 * allow none of `" : < > | * ? \ /`), with a hash, as two names may read alike then.
 */
export function artifactName(gate: string): string {
  const readable = gate
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "")
    .slice(0, 80);
  const hash = createHash("sha256").update(gate).digest("hex").slice(0, 10);
  return `image-gate-${readable === "" ? "" : `${readable}-`}${hash}`;
}

/** The only file in it. */
export const REPORT_FILE = "report.json";
