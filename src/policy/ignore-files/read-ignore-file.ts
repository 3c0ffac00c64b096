import { isObject } from "../../domain/json/is-object.ts";
import { readGrype } from "./grype.ts";
import { harborAllowlist, readHarbor } from "./harbor.ts";
import { type GivenText, type IgnoreFile, readLocated, unknownIgnoreFile } from "./ignore-file.ts";
import { readTrivyText, readTrivyYaml, TRIVY_SECTIONS } from "./trivy.ts";

/**
 * Reads an ignore file of Trivy or Grype, or a Harbor allowlist. Its contents decide which; a YAML or JSON extension
 * distinguishes it from a plain list of ids.
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
