import { isObject } from "../../domain/json/is-object.ts";
import type { GivenText, IgnoreEntry, IgnoreFile } from "./entry.ts";
import { unknownIgnoreFile } from "./errors.ts";
import { readGrype } from "./grype.ts";
import { harborAllowlist, readHarbor } from "./harbor.ts";
import { presentId, TRIVY, trivyLastDay } from "./trivy-words.ts";
import { readTrivyYaml, TRIVY_SECTIONS } from "./trivy-yaml.ts";
import { readLocated } from "./yaml-file.ts";

/**
 * Reads an ignore file of Trivy's or Grype's, or a Harbor allowlist. Its contents decide which; an ending of YAML or
 * JSON tells it from a plain list of ids.
 * @throws GateError `ignore-file-invalid`, `ignore-file-unknown`
 */
export function readIgnoreFile({ text: bytes, file }: GivenText): IgnoreFile {
  const text = bytes.replace(/^\uFEFF/, "");
  if (/\.ya?ml$|\.json$/i.test(file) || /^\s*[{[]/.test(text)) return readStructured({ text, file });
  if (/(?:^|[/\\])\.trivyignore$/.test(file)) return readTrivyText(text);
  // A list of ids has no keys.
  if (/^(?:ignore|version|exceptions|vulnerabilities|misconfigurations|secrets|licenses):/m.test(text))
    return readStructured({ text, file });
  const stranger = text.split(/\r?\n/).findIndex((line) => !/^\s*(?:#.*|[A-Za-z][\w.:@/+-]*(?:\s.*)?)?$/.test(line));
  if (stranger >= 0) throw unknownIgnoreFile(file, `line ${stranger + 1} does not begin with an id`);
  return readTrivyText(text);
}

function readStructured(given: GivenText): IgnoreFile {
  const located = readLocated(given);
  const { value, parts } = located.tree;
  if (value === null) return { entries: [], leftOut: [] };
  if (!isObject(value)) throw unknownIgnoreFile(given.file, "it is not a mapping");
  const found = harborAllowlist(value);
  const kinds = [
    TRIVY_SECTIONS.some((section) => parts.has(section)) && (() => readTrivyYaml(located)),
    parts.has("ignore") && (() => readGrype(located)),
    found !== undefined && (() => readHarbor(found, given)),
  ].filter((kind) => kind !== false);
  const [read, second] = kinds;
  if (read !== undefined && second === undefined) return read();
  const known = `a section of Trivy's (${TRIVY_SECTIONS.join(", ")}), Grype's "ignore" or Harbor's "items"`;
  throw unknownIgnoreFile(given.file, `it must have one of these: ${known}`);
}

/**
 * Reads a plain `.trivyignore` as Trivy does (pkg/result/ignore.go): one id a line, `#` at the start of a line for a
 * comment, further words ignored but for `exp:YYYY-MM-DD`. Comments directly above an id, or behind it, go with it.
 * Trivy compares ids exactly, too, so that one with `*` has no effect there.
 */
function readTrivyText(text: string): IgnoreFile {
  const entries: IgnoreEntry[] = [];
  const leftOut: string[] = [];
  let above: string[] = [];
  const lines = text.split(/\r?\n/).map((raw) => raw.trim());
  for (const [index, line] of lines.entries()) {
    if (line.startsWith("#")) above.push(line.slice(1).trim());
    else {
      if (/^[^\s*]*\*/.test(line)) leftOut.push(`line ${index + 1}: a pattern: an exception names one id`);
      else if (line !== "") entries.push(readLine(line, above));
      above = [];
    }
  }
  return { tool: TRIVY, entries, leftOut };
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
