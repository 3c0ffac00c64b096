import type { z } from "zod";
import type { Day } from "../domain/dates.ts";
import { EMPTY_POLICY, type Policy } from "../domain/policy/policy.ts";
import { unknownKey } from "./keys.ts";
import { type Mistake, PolicyError, shownKey } from "./mistakes.ts";
import { brokenRules, type LocatedException } from "./rules.ts";
import {
  acceptanceSchema,
  exceptionRulesSchema,
  exceptionSchema,
  type PolicyFile,
  policyFileSchema,
} from "./schema.ts";
import { camelKeys } from "./schema-messages.ts";
import { type LocatedValue, type OffsetMistake, partAt, readTree } from "./tree.ts";
import { readYaml } from "./yaml-text.ts";

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
    ...ruleMistakes(result.data, read.tree, lineOf, today),
  ];
  const mistakes = found.map(({ at, message }): Mistake => ({ ...place(at), message }));
  if (mistakes.length > 0) throw new PolicyError(file, mistakes);
  if (!result.success) throw new PolicyError(file, [{ line: 1, column: 1, message: "the file is not a policy" }]);
  return toPolicy(result.data, read.tree, lineOf);
}

type LineOf = (part: LocatedValue | undefined) => number;

/** zod's issues with positions: the key for an unknown key, the item's start for a missing key, otherwise the value. */
function schemaMistakes(issues: readonly z.core.$ZodIssue[], tree: LocatedValue): OffsetMistake[] {
  const places = new Set<string>();
  return issues.flatMap((issue): OffsetMistake[] => {
    if (issue.code === "unrecognized_keys") {
      const mapping = partAt(tree, issue.path);
      return issue.keys.map((key, index) => ({
        at: mapping?.parts.get(key)?.keyAt ?? 0,
        message: index < MAX_HINTS ? unknownKey(key, issue.path) : "unknown key",
      }));
    }
    const path = JSON.stringify(issue.path);
    if (places.has(path)) return [];
    places.add(path);
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

const LISTS = { exceptions: exceptionSchema, coverage: acceptanceSchema } as const;

/**
 * Checks each exception that is valid by itself, even if there are mistakes elsewhere, to report all mistakes at once.
 */
function ruleMistakes(file: PolicyFile | undefined, tree: LocatedValue, lineOf: LineOf, today: Day): OffsetMistake[] {
  const rules = exceptionRulesSchema.safeParse(tree.parts.get("exception-rules")?.value ?? {}).data;
  return (["exceptions", "coverage"] as const).flatMap((list) => {
    const items = [...(tree.parts.get(list)?.parts.values() ?? [])];
    const valid = items.flatMap((item, index): LocatedException[] => {
      const entry = file ? file[list]?.[index] : LISTS[list].safeParse(item.value).data;
      return entry ? [{ item, line: lineOf(item), entry }] : [];
    });
    return brokenRules(valid, rules, today);
  });
}

/** The file with the code's names, and with the lines of its items. */
function toPolicy(file: PolicyFile, tree: LocatedValue, lineOf: LineOf): Policy {
  const { version: _, scanWith, thresholds, targets = [], exceptions = [], coverage, ...rest } = camelKeys(file);
  const numbered = <T extends object>(list: string, items: readonly T[]) =>
    items.map((each, index) => ({ ...each, line: lineOf(partAt(tree, [list, index])) }));
  return {
    ...rest,
    ...(thresholds ?? { thresholds: {} }),
    optionalScanners: scanWith,
    targets: numbered("targets", targets),
    exceptionRules: rest.exceptionRules ?? EMPTY_POLICY.exceptionRules,
    exceptions: numbered("exceptions", exceptions),
    coverage: coverage && numbered("coverage", coverage),
  };
}

/**
 * The text of a policy file, without a byte order mark. Bytes that are not UTF-8 are a mistake, and never replaced.
 * @throws PolicyError `policy-invalid` with the line of the first bad byte.
 */
export function decodePolicy(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    // Each bad byte becomes the replacement character.
    const [good = ""] = Buffer.from(bytes).toString("utf8").split("\ufffd", 1);
    const message = "this is not UTF-8 text (save the file as UTF-8)";
    throw new PolicyError(file, [{ line: good.split("\n").length, column: 1, message }], { cause });
  }
}
