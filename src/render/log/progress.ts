import type { EndedScan } from "../../domain/target.ts";
import { textLine } from "../print/text.ts";
import { counted } from "../shared/phrases.ts";
import { code, say } from "../tree.ts";

/** A log line: `[3/20] ghcr.io/acme/app: 5 findings in 2.1 s`. */
export function progressLine({ count, of, label, result, milliseconds }: EndedScan): string {
  const what = "error" in result ? say`error [${code(result.error, 80)}]` : counted(result.findings, "finding");
  return textLine(say`[${count}/${of}] ${code(label, 120)}: ${what} in ${(milliseconds / 1000).toFixed(1)} s`);
}
