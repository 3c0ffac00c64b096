import { z } from "zod";
import { isShowable } from "../mistakes.ts";
import type { Located } from "../tree.ts";
import { type IgnoreEntry, type IgnoreFile, signNotes } from "./entry.ts";
import { presentId, TRIVY, trivyLastDay } from "./trivy-words.ts";
import type { LocatedFile } from "./yaml-file.ts";

export const TRIVY_SECTIONS = ["vulnerabilities", "misconfigurations", "secrets", "licenses"] as const;

/** go-yaml takes a number for a text where a text is wanted. */
const text = z.union([z.string(), z.number().transform(String)]);
const nothing = z.null().transform(() => undefined);
const list = z.union([z.array(text), nothing.transform(() => [])]);

const item = z.object({
  id: z.union([text, nothing]).optional(),
  paths: list.default([]),
  purls: list.default([]),
  expired_at: z.union([text, nothing]).optional(),
  statement: z.union([text, nothing]).optional(),
});
const KNOWN = new Set(Object.keys(item.shape));

/**
 * Reads a `.trivyignore.yaml`. Keys that Trivy does not know, and therefore passes over, are noted with their item.
 * @throws GateError `ignore-file-invalid`
 */
export function readTrivyYaml(given: LocatedFile): IgnoreFile {
  const { tree, refuse } = given;
  const leftOut: string[] = [];
  const entries = TRIVY_SECTIONS.flatMap((section) => {
    const part = tree.parts.get(section);
    if (part === undefined || part.value === null) return [];
    if (!Array.isArray(part.value)) return refuse(part, "a section must be a list");
    return [...part.parts.values()].flatMap((each) => readItem(section, each, given, leftOut));
  });
  return { tool: TRIVY, entries, leftOut };
}

/** One exception for each package URL. */
function readItem(section: string, entry: Located, given: LocatedFile, leftOut: string[]): IgnoreEntry[] {
  const comments: string[] = [];
  const leaveOut = (what: string) => {
    comments.push(what);
    leftOut.push(`line ${given.lineOf(entry)}: ${what}`);
  };
  const result = item.safeParse(entry.value);
  if (!result.success) {
    const [key] = result.error.issues[0]?.path ?? [];
    const part = typeof key === "string" ? entry.parts.get(key) : undefined;
    const subject = typeof key === "string" ? JSON.stringify(key) : "an item";
    return given.refuse(part ?? entry, `${subject} is not of the kind that Trivy expects`);
  }
  const { paths, purls, statement, ...rest } = result.data;
  const strange = [...entry.parts.keys()].filter((key) => typeof key === "string" && !KNOWN.has(key));
  const shown = strange.map((key) => (isShowable(String(key)) ? String(key) : "a key"));
  if (strange.length > 0) leaveOut(`Left out, as Trivy leaves it out: ${shown.join(", ")}.`);
  const id = presentId(rest.id, comments);
  const packages = section === "vulnerabilities" ? purls : [];
  if (packages.length < purls.length) leaveOut("Trivy heeds purls for vulnerabilities alone: left out.");
  comments.push(...signNotes(TRIVY, paths));
  const expires = trivyLastDay(rest.expired_at, comments);
  const reason = statement?.trim() || undefined;
  const read = { id, paths: paths.length > 0 ? paths : undefined, reason, expires, comments };
  return packages.length === 0 ? [read] : packages.map((purl) => ({ ...read, package: purl }));
}
