import type { EndedScan } from "../../domain/target.ts";
import { counted } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";

/** A line of the log: `[3/20] ghcr.io/acme/app: 5 findings in 2.1 s`. */
export function progressLine({ count, of, label, result, milliseconds }: EndedScan): string {
  const what = "error" in result ? `error [${plain(result.error)}]` : counted(result.findings, "finding");
  return `[${count}/${of}] ${plain(shorten(label, 120, "middle"))}: ${what} in ${(milliseconds / 1000).toFixed(1)} s`;
}
