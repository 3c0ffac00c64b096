import { z } from "zod";
import { closest } from "../domain/did-you-mean.ts";
import { SEVERITIES, severityName } from "../domain/severity.ts";
import { isShowable, shownKey } from "./mistakes.ts";
import { policyFileSchema } from "./schema.ts";

/** The keys of a schema's mapping, or of its list's items. Empty: a single value, or a mapping with any keys. */
function keysOf(schema: unknown): string[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return keysOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return keysOf(schema.element);
  if (schema instanceof z.ZodPipe) return keysOf(schema.in);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** Known keys of each section of the file, by the section's key; `file` for the top level. */
const SECTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ file: policyFileSchema, ...policyFileSchema.shape }).map(([key, schema]) => [key, keysOf(schema)]),
);

/** Common terms for some of our keys. */
const OTHER_WORDS: Readonly<Record<string, string>> = { kev: "exploited", severity: "thresholds", cve: "id" };

const IGNORE_FILE_SECTIONS = new Set(["vulnerabilities", "misconfigurations", "secrets", "licenses"]);

/** The message for an unknown key in the mapping at `path`. */
export function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const section = path.findLast((step) => typeof step === "string") ?? "file";
  const hint = isShowable(key) ? hintFor(key.toLowerCase().replaceAll("_", "-"), section) : undefined;
  return `unknown key${shownKey(key)}${hint === undefined ? "" : ` (${hint})`}`;
}

function hintFor(key: string, section: string): string | undefined {
  const known = SECTIONS.get(section) ?? [];
  const meant = known.find((each) => each === key || each === OTHER_WORDS[key]);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (section === "file" && IGNORE_FILE_SECTIONS.has(key))
    return "image-gate policy import turns a .trivyignore.yaml into a policy";
  const severity = SEVERITIES.find((each) => key === `max-${severityName(each)}`);
  if (severity !== undefined) return `did you mean "${severityName(severity)}" under "thresholds"?`;
  const [place] = [...SECTIONS].find(([name, keys]) => name !== section && keys.includes(key)) ?? [];
  if (place !== undefined)
    return place === "file" ? "it belongs at the top of the file" : `it belongs under "${place}"`;
  const near = closest(key, known);
  return near === undefined ? undefined : `did you mean "${near}"?`;
}
