import type { Requirement } from "../../../domain/coverage/source-accounting.ts";

/**
 * The packages that a `requirements.txt` asks for, by pip's rules
 * (https://pip.pypa.io/en/stable/reference/requirements-file-format/): a backslash joins lines, ` #` begins a comment,
 * `-r` and `-e` name more of them, and other options none.
 */
export function parseRequirements(text: string): Requirement[] {
  return logicalLines(text).flatMap((line): Requirement[] => {
    const written = line.replace(/(?:^|\s)#.*$/, "").trim();
    if (written === "") return [];
    if (!written.startsWith("-")) return [requirement(written)];
    return /^(?:-r|--requirement|-e|--editable)(?=[\s=.\w/]|$)/.test(written) ? [{ text: written }] : [];
  });
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let begun = "";
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    if (line.endsWith("\\") && !/(?:^|\s)#/.test(line)) {
      begun += `${line.slice(0, -1)} `;
      continue;
    }
    lines.push(begun + line);
    begun = "";
  }
  return begun === "" ? lines : [...lines, begun];
}

/** Name, extras, and what begins the version or a marker (PEP 508). */
const NAMED = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(?=[=<>~!;,(]|$|--)/;

function requirement(text: string): Requirement {
  // Hashes and other options of the line.
  const [line = ""] = text.split(/\s--/, 1);
  const found = NAMED.exec(line.trim());
  if (found === null) return { text: line.trim() };
  const rest = line.trim().slice(found[0].length);
  const version = /^\(?\s*={2,3}\s*([^\s,;)]+)/.exec(rest)?.[1];
  return { text: line.trim(), name: found[1], ...(version !== undefined && !version.includes("*") && { version }) };
}
