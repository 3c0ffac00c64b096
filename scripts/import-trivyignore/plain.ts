import type { IgnoreEntry } from "./entry.ts";

/**
 * Reads a plain `.trivyignore` as Trivy does (pkg/result/ignore.go): one id a line, `#` at the start of a line for a
 * comment, further words ignored but for `exp:YYYY-MM-DD`. Comments directly above an id, or behind it, go with it.
 */
export function readPlain(text: string): IgnoreEntry[] {
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
  return entries;
}

function readLine(line: string, above: readonly string[]): IgnoreEntry {
  const [id = "", ...words] = line.split(/\s+/);
  // The first one counts, as in Trivy.
  const date = words.find((word) => word.startsWith("exp:"));
  const rest = words.filter((word) => word !== date).join(" ");
  return {
    id,
    paths: [],
    purls: [],
    expiredAt: date?.slice("exp:".length),
    comments: [...above, rest.replace(/^#+\s*/, "")].filter((comment) => comment !== ""),
  };
}
