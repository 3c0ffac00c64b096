import type { z } from "zod";
import type { Day } from "../domain/dates.ts";
import type { Exception } from "../domain/exception.ts";
import { EMPTY_POLICY, type Policy } from "../domain/policy/policy.ts";
import type { Limit, Severity } from "../domain/severity.ts";
import { unknownKey } from "./keys.ts";
import { type Mistake, PolicyError, shownKey } from "./mistakes.ts";
import { brokenRules, type NumberedException } from "./rules.ts";
import {
  type AcceptanceEntry,
  acceptanceSchema,
  type ExceptionEntry,
  exceptionRulesSchema,
  exceptionSchema,
  type PolicyFile,
  policyFileSchema,
} from "./schema.ts";
import { type Located, type OffsetMistake, readTree } from "./tree.ts";
import { readYaml } from "./yaml-text.ts";

export { PolicyError } from "./mistakes.ts";

/** Searching for the intended key takes time, and a file with more unknown keys in one mapping is not a policy. */
const MAX_HINTS = 1000;

export interface ParseOptions {
  /** The file's name in messages. */
  readonly file: string;
  readonly today: Day;
}

/**
 * Parses the policy in a file's bytes.
 * @throws PolicyError `policy-invalid` with every mistake in it.
 */
export function parsePolicyFile(bytes: Uint8Array, options: ParseOptions): Policy {
  return parsePolicy(decodePolicy(bytes, options.file), options);
}

/**
 * Parses the policy in a text: YAML 1.2 (core schema), checked against the schema and the rules between keys.
 * @throws PolicyError `policy-invalid` with every mistake in it; only a text that is not YAML is not checked further.
 */
export function parsePolicy(text: string, { file, today }: ParseOptions): Policy {
  const yaml = readYaml(text.startsWith("\ufeff") ? text.slice(1) : text);
  if ("mistakes" in yaml) throw new PolicyError(file, yaml.mistakes);
  const { root, place } = yaml;
  const read = root && readTree(root);
  if (!read || (read.tree.value === null && read.mistakes.length === 0))
    throw new PolicyError(file, [{ line: 1, column: 1, message: 'the file is empty; it begins with "version: 1"' }]);
  const lineOf: LineOf = (part) => place(part?.at ?? 0).line;
  const result = policyFileSchema.safeParse(read.tree.value);
  const found = [
    ...read.mistakes,
    ...(result.success ? [] : schemaMistakes(result.error.issues, read.tree)),
    ...ruleMistakes(result.data, { tree: read.tree, lineOf }, today),
  ];
  if (found.length > 0)
    throw new PolicyError(
      file,
      found.map(({ at, message }): Mistake => ({ ...place(at), message })),
    );
  if (!result.success) throw new PolicyError(file, [{ line: 1, column: 1, message: "the file is not a policy" }]);
  return toPolicy(result.data, read.tree, lineOf);
}

type LineOf = (part: Located | undefined) => number;

/** The file's text and values, with their positions. */
interface LocatedText {
  readonly tree: Located;
  readonly lineOf: LineOf;
}

function partAt(tree: Located, path: readonly PropertyKey[]): Located | undefined {
  let part: Located | undefined = tree;
  for (const step of path) part = part?.parts.get(step as string | number);
  return part;
}

/** zod's issues with positions: the key for an unknown key, the item's start for a missing key, else the value. */
function schemaMistakes(issues: readonly z.core.$ZodIssue[], tree: Located): OffsetMistake[] {
  const told = new Set<string>();
  return issues.flatMap((issue): OffsetMistake[] => {
    if (issue.code === "unrecognized_keys") {
      const mapping = partAt(tree, issue.path);
      return issue.keys.map((key, index) => ({
        at: mapping?.parts.get(key)?.keyAt ?? 0,
        message: index < MAX_HINTS ? unknownKey(key, issue.path) : "unknown key",
      }));
    }
    const path = JSON.stringify(issue.path);
    if (told.has(path)) return [];
    told.add(path);
    const part = partAt(tree, issue.path);
    // If an alias was refused, there is no value, and the mistake was already reported.
    if (part && part.value === undefined) return [];
    const at = part ? part.at : (partAt(tree, issue.path.slice(0, -1))?.at ?? 0);
    return [{ at, message: `${subject(issue.path)} ${issue.message}` }];
  });
}

function subject(path: readonly PropertyKey[]): string {
  const last = path.at(-1);
  if (last === undefined) return "the file";
  if (typeof last === "string") return shownKey(last).trimStart();
  const list = path.findLast((step) => typeof step === "string");
  return `an item of ${JSON.stringify(list)}`;
}

/**
 * Checks each exception that is valid by itself, even if there are mistakes elsewhere, to report all mistakes at once.
 */
function ruleMistakes(file: PolicyFile | undefined, text: LocatedText, today: Day): OffsetMistake[] {
  return [...ruleMistakesIn("exceptions", file, text, today), ...ruleMistakesIn("coverage", file, text, today)];
}

const LISTS = { exceptions: exceptionSchema, coverage: acceptanceSchema } as const;

function ruleMistakesIn(
  list: keyof typeof LISTS,
  file: PolicyFile | undefined,
  { tree, lineOf }: LocatedText,
  today: Day,
): OffsetMistake[] {
  const items = [...(tree.parts.get(list)?.parts.values() ?? [])];
  const valid = items.flatMap((item, index): NumberedException[] => {
    const entry = file ? file[list]?.[index] : LISTS[list].safeParse(item.value).data;
    return entry ? [{ index, line: lineOf(item), entry }] : [];
  });
  const rules = exceptionRulesSchema.safeParse(tree.parts.get("exception-rules")?.value ?? {}).data;
  return brokenRules(valid, rules, today).map(({ index, key, message }) => {
    const item = items[index];
    return { at: (key === undefined ? item : item?.parts.get(key))?.at ?? 0, message };
  });
}

function toPolicy(file: PolicyFile, tree: Located, lineOf: LineOf): Policy {
  const rules = file["exception-rules"];
  return {
    ...toLimits(file.thresholds ?? {}),
    ...toWeights(file),
    ...(file["ignore-unfixed"] !== undefined && { ignoreUnfixed: file["ignore-unfixed"] }),
    targets: (file.targets ?? []).map(({ images, thresholds }, index) => ({
      images,
      ...toLimits(thresholds),
      line: lineOf(partAt(tree, ["targets", index])),
    })),
    ...toTracking(file),
    ...toOpinionRules(file),
    exceptionRules: rules
      ? { maxDays: rules["max-days"], warnDays: rules["warn-days"], requireOwner: rules["require-owner"] }
      : EMPTY_POLICY.exceptionRules,
    exceptions: (file.exceptions ?? []).map((entry, index) =>
      toException(entry, lineOf(partAt(tree, ["exceptions", index]))),
    ),
    ...(file.coverage && {
      coverage: file.coverage.map((entry, index) => toAcceptance(entry, lineOf(partAt(tree, ["coverage", index])))),
    }),
  };
}

type Limits = Readonly<Record<string, Limit | undefined>>;

function toLimits({ exploited, ...limits }: Limits): Pick<Policy, "thresholds" | "exploited"> {
  return { thresholds: toSeverities(limits), ...(exploited !== undefined && { exploited: withoutSign(exploited) }) };
}

/** The keys that make findings count more or less than their severity suggests. */
function toWeights({ epss, "exploit-data": exploitData, "grace-days": graceDays, count }: PolicyFile): Partial<Policy> {
  return {
    ...(epss !== undefined && { epss: { above: withoutSign(epss.above), max: withoutSign(epss.max) } }),
    ...(exploitData !== undefined && { exploitData }),
    ...(graceDays !== undefined && { graceDays: toSeverities(graceDays) }),
    ...(count !== undefined && { count }),
  };
}

/** The keys about targets of which several scanners have an opinion. */
function toOpinionRules({
  agreement,
  "severity-from": severityFrom,
  "scan-with": scanWith,
}: PolicyFile): Partial<Policy> {
  // Whichever way Grype is asked, it is one scanner.
  const optional = Object.entries(scanWith ?? {}).flatMap(([name, need]) =>
    need === "optional" ? [name.toLowerCase().replace(/-match$/, "")] : [],
  );
  return {
    ...(agreement !== undefined && { agreement }),
    ...(severityFrom !== undefined && { severityFrom }),
    ...(optional.length > 0 && { optionalScanners: optional }),
  };
}

/** The keys about images that run, on which no verdict depends. */
function toTracking({ "fix-within-days": days, issues }: PolicyFile): Partial<Policy> {
  const within = Object.entries(days ?? {}).map(([severity, value]) => [severity, withoutSign(value ?? 0)]);
  return { ...(days && { fixWithinDays: Object.fromEntries(within) }), ...(issues && { issues }) };
}

function toSeverities<T extends Limit>(values: Readonly<Record<string, T | undefined>>): Partial<Record<Severity, T>> {
  const given = Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name.toUpperCase(), withoutSign(value)]));
}

/** Turns `-0` into 0. */
function withoutSign<T extends Limit>(value: T): T {
  return (value === 0 ? 0 : value) as T;
}

function toException({ "only-while-unfixed": onlyWhileUnfixed, ...entry }: ExceptionEntry, line: number): Exception {
  return { ...entry, onlyWhileUnfixed, line };
}

function toAcceptance({ gap: id, ...entry }: AcceptanceEntry, line: number): Exception {
  return { ...entry, id, gap: true, onlyWhileUnfixed: false, line };
}

const LINE_FEED = 0x0a;

/**
 * The text of a policy file, without a byte order mark. Bytes that are not UTF-8 are a mistake, and never replaced.
 * @throws PolicyError `policy-invalid` with the line of the first bad byte.
 */
export function decodePolicy(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const message = "this is not UTF-8 text (save the file as UTF-8)";
    throw new PolicyError(file, [{ line: firstBadLine(bytes), column: 1, message }], { cause });
  }
}

/** The first line that is not UTF-8, 1-based. No UTF-8 sequence contains a line feed, so we can decode line by line. */
function firstBadLine(bytes: Uint8Array): number {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let start = 0;
  for (let line = 1; start <= bytes.length; line++) {
    const found = bytes.indexOf(LINE_FEED, start);
    const end = found === -1 ? bytes.length : found;
    try {
      decoder.decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return 1;
}
