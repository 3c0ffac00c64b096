import type { IgnoreEntry, IgnoreFile } from "./entry.ts";
import { presentId, TRIVY, trivyLastDay } from "./trivy-words.ts";

/**
 * Reads a plain `.trivyignore` as Trivy does (pkg/result/ignore.go): one id a line, `#` at the start of a line for a
 * comment, further words ignored but for `exp:YYYY-MM-DD`. Comments directly above an id, or behind it, go with it.
 */
export function readTrivyText(text: string): IgnoreFile {
  const entries: IgnoreEntry[] = [];
  let above: string[] = [];
  for (const line of text.split(/\r?\n/).map((raw) => raw.trim())) {
    if (line.startsWith("#")) above.push(line.slice(1).trim());
    else if (line === "") above = [];
    else {
      entries.push(readLine(line, above));
      above = [];
    }
  }
  return { tool: TRIVY, entries, leftOut: [] };
}

function readLine(line: string, above: readonly string[]): IgnoreEntry {
  const [word = "", ...words] = line.split(/\s+/);
  // The first one counts, as in Trivy.
  const date = words.find((each) => each.startsWith("exp:"));
  const rest = words.filter((each) => each !== date).join(" ");
  const comments = [...above, rest.replace(/^#+\s*/, "")].filter((comment) => comment !== "");
  const id = presentId(word, comments);
  return { id, expires: trivyLastDay(date?.slice("exp:".length), comments), comments };
}
