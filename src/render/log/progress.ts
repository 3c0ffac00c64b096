import type { EndedScan } from "../../domain/target.ts";
import { said } from "../print/text.ts";
import { counted } from "../shared/phrases.ts";

/** A log line: `[3/20] ghcr.io/acme/app: 5 findings in 2.1 s`. */
export function progressLine({ count, of, label, result, milliseconds }: EndedScan): string {
  const what = "error" in result ? `error [${said(result.error, 80)}]` : counted(result.findings, "finding");
  return `[${count}/${of}] ${said(label, 120, "middle")}: ${what} in ${(milliseconds / 1000).toFixed(1)} s`;
}
