import { counted } from "../shared/phrases.ts";
import { plain, shorten } from "../shared/safe-text.ts";

/** One of several targets whose scan has ended. */
export interface Ended {
  /** How many have ended by now, this one included. */
  readonly count: number;
  readonly of: number;
  readonly label: string;
  /** What the scanner found, before anything is judged; an error's code where there was no scan. */
  readonly result: { readonly findings: number } | { readonly error: string };
  readonly milliseconds: number;
}

/** A line of the log: `[3/20] ghcr.io/acme/app: 5 findings in 2.1 s`. */
export function progressLine({ count, of, label, result, milliseconds }: Ended): string {
  const what = "error" in result ? `error [${plain(result.error)}]` : counted(result.findings, "finding");
  return `[${count}/${of}] ${plain(shorten(label, 120, "middle"))}: ${what} in ${(milliseconds / 1000).toFixed(1)} s`;
}
