import { Document, isScalar, type Scalar, type YAMLMap } from "yaml";
import { addDays, type Day, daysBetween } from "../../domain/dates.ts";
import { EMPTY_POLICY } from "../../domain/policy/policy.ts";
import type { GivenText, IgnoreEntry } from "./ignore-file.ts";
import { readIgnoreFile } from "./read-ignore-file.ts";

const HEADER = "Fill in every empty reason and last day: Image Gate refuses the file until then.";
const DATES = "expires is the last day on which an exception is valid.";
const MAX_COMMENT = 300;

export interface ImportOptions {
  readonly today: Day;
  /** For an exception without these in the file. */
  readonly reason?: string | undefined;
  readonly until?: Day | undefined;
}

/**
 * A policy with an exception for each item of an ignore file. Missing reasons and dates are left empty for the user to
 * fill in.
 * @returns the text of a policy file, the number of its exceptions, and one line for each item that could not be
 * imported or must be completed
 * @throws GateError `ignore-file-invalid`, `ignore-file-unknown`
 */
export function policyFromIgnoreFile(given: GivenText, options: ImportOptions) {
  const { tool, entries, leftOut } = readIgnoreFile(given);
  const document = new Document<YAMLMap | Scalar>({ version: 1, exceptions: [] });
  const origin = tool === undefined ? "an empty file" : `an ignore file of ${tool}'s`;
  document.commentBefore = comment([`Made from ${origin} by image-gate policy import.`, HEADER, DATES]);
  // Exceptions that differ only in their notes would be an error in the policy.
  const identity = ({ comments: _, ...said }: IgnoreEntry) => JSON.stringify(said);
  const all = entries.map((each) => completed(each, options));
  const kept = [...Map.groupBy(all, identity).values()].map(([first]) => first as IgnoreEntry);
  for (const entry of kept) document.addIn(["exceptions"], toNode(document, entry));
  const policy = `${document.toString({ nullStr: "", lineWidth: 0 }).trimEnd()}\n`;
  return { policy, exceptions: kept.length, leftOut: [...leftOut, ...kept.flatMap(missingIn)] };
}

/** Fills in the given reason and last day if they are missing, and removes a last day that no policy would accept. */
function completed(entry: IgnoreEntry, { today, reason, until }: ImportOptions): IgnoreEntry {
  const { maxDays } = EMPTY_POLICY.exceptionRules;
  const isTooLong = entry.expires !== undefined && daysBetween(today, entry.expires) > maxDays;
  const note = `The file's last day is more than ${maxDays} days ahead (after ${addDays(today, maxDays)}).`;
  return {
    ...entry,
    reason: entry.reason ?? reason,
    expires: isTooLong ? until : (entry.expires ?? until),
    comments: isTooLong ? [...entry.comments, note] : entry.comments,
  };
}

function missingIn({ id, reason, expires }: IgnoreEntry): string[] {
  const empty = Object.entries({ id, reason, expires }).flatMap(([key, value]) => (value === undefined ? [key] : []));
  return empty.length === 0 ? [] : [`${id ?? "an item"}: fill in ${empty.join(" and ")}`];
}

function toNode(document: Document, entry: IgnoreEntry): YAMLMap {
  const { id, package: name, paths, reason, expires, onlyWhileUnfixed, comments } = entry;
  const node = document.createNode({
    id: id ?? null,
    ...(name !== undefined && { package: name }),
    ...(paths && { paths: [...paths] }),
    reason: reason ?? null,
    expires: expires ?? null,
    ...(onlyWhileUnfixed && { "only-while-unfixed": true }),
  }) as YAMLMap;
  for (const key of ["id", "reason", "expires"]) {
    const value = node.get(key, true);
    if (isScalar(value) && value.value === null) value.comment = " fill in";
  }
  if (comments.length > 0) node.commentBefore = comment(comments);
  return node;
}

/** Comments come from the file: their content must not end the line. */
function comment(lines: readonly string[]): string {
  return lines
    .map((line) => ` ${line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").slice(0, MAX_COMMENT)}`.trimEnd())
    .join("\n");
}
