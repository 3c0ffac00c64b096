import type { GateError } from "../../system/errors.ts";

/**
 * Ends of the codes by which each scanner says that its program is not the published one, and Grype that its database
 * is not. Trivy's database that was replaced is fetched anew.
 */
const ENDS = [
  "-hash-mismatch",
  "-signature-invalid",
  "-checksum-missing",
  "-archive-invalid",
  "-version-invalid",
  "-known-bad",
] as const;

/**
 * Whether an error says that somebody may have replaced a scanner, or Grype's database. No policy lets a run go on
 * without that scanner: otherwise a wrong byte would be enough to switch an optional scanner off.
 */
export function isReplaced({ code }: Pick<GateError, "code">): boolean {
  return ENDS.some((end) => code.endsWith(end));
}
