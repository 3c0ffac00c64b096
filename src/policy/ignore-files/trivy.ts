import { z } from "zod";
import { addDays, type Day, isDay } from "../../domain/dates.ts";
import type { LocatedValue } from "../tree.ts";
import { type IgnoreEntry, type IgnoreFile, type LocatedFile, shownKeys, signNotes } from "./ignore-file.ts";

const TRIVY = "Trivy";

/** Since Trivy 0.69, a check is `DS-0002`, no longer `AVD-DS-0002` or `DS002`. A former name becomes a comment. */
function presentId(id: string | undefined, comments: string[]): string | undefined {
  const [, prefix, number] = /^(?:AVD-([A-Z]{2,})-|(?:DS|KSV)(?=\d{3}$))(\d{3,4})$/.exec(id ?? "") ?? [];
  if (id === undefined || number === undefined) return id?.trim() || undefined;
  comments.push(`${id} in Trivy's file, by its former name.`);
  return `${prefix ?? id.slice(0, -number.length)}-${number.padStart(4, "0")}`;
}

/** A date in Trivy's file ends at the start of its day. A value that is not a day becomes a comment. */
function trivyLastDay(expiredAt: string | undefined, comments: string[]): Day | undefined {
  if (expiredAt === undefined || expiredAt.trim() === "") return undefined;
  if (isDay(expiredAt)) return addDays(expiredAt, -1);
  comments.push("The date in Trivy's file is not a plain day (YYYY-MM-DD).");
  return undefined;
}

export const TRIVY_SECTIONS = ["vulnerabilities", "misconfigurations", "secrets", "licenses"] as const;

/** go-yaml accepts a number where a text is expected. */
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
 * Reads a `.trivyignore.yaml`. Keys that Trivy does not know, and therefore ignores, are noted with their item.
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
function readItem(section: string, entry: LocatedValue, given: LocatedFile, leftOut: string[]): IgnoreEntry[] {
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
    return given.refuse(part ?? entry, `${subject} does not have the form that Trivy expects`);
  }
  const { paths, purls, statement, ...rest } = result.data;
  const strange = [...entry.parts.keys()].filter((key) => typeof key === "string" && !KNOWN.has(key));
  if (strange.length > 0) leaveOut(`Left out, as Trivy ignores it: ${shownKeys(strange)}.`);
  const id = presentId(rest.id, comments);
  const packages = section === "vulnerabilities" ? purls : [];
  if (packages.length < purls.length) leaveOut("Trivy uses purls only for vulnerabilities: left out.");
  comments.push(...signNotes(TRIVY, paths));
  const expires = trivyLastDay(rest.expired_at, comments);
  const reason = statement?.trim() || undefined;
  const read = { id, paths: paths.length > 0 ? paths : undefined, reason, expires, comments };
  return packages.length === 0 ? [read] : packages.map((purl) => ({ ...read, package: purl }));
}

/**
 * Reads a plain `.trivyignore` like Trivy (pkg/result/ignore.go): one id a line, `#` at the start of a line for a
 * comment, further words ignored except `exp:YYYY-MM-DD`. Comments directly above an id, or after it, belong to it.
 * Trivy compares ids exactly, too, so an id with `*` has no effect there.
 */
export function readTrivyText(text: string): IgnoreFile {
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
