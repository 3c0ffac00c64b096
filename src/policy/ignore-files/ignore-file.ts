import type { Day } from "../../domain/dates.ts";
import { GateError } from "../../system/errors.ts";
import { isShowable, type Mistake } from "../mistakes.ts";
import { type LocatedValue, readTree } from "../tree.ts";
import { readYaml } from "../yaml-text.ts";

/** One item of an ignore file, in the policy's terms. Values that the file lacks are absent. */
export interface IgnoreEntry {
  readonly id?: string | undefined;
  readonly package?: string | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  /** The last day on which it applies. */
  readonly expires?: Day | undefined;
  readonly onlyWhileUnfixed?: boolean | undefined;
  /** Notes for the user who completes the policy: the file's own comments, and differences in meaning. */
  readonly comments: readonly string[];
}

/** The contents of an ignore file. */
export interface IgnoreFile {
  /** The file's tool: `Grype`. Absent: the file is empty. */
  readonly tool?: string;
  readonly entries: readonly IgnoreEntry[];
  /** The items that a policy cannot express, one line each: `line 4: …`. */
  readonly leftOut: readonly string[];
}

/** An ignore file's text, with the name that the user gave. */
export interface GivenText {
  readonly text: string;
  readonly file: string;
}

/** A note for globs of another tool with characters that are literal in a policy. */
export function signNotes(tool: string, globs: readonly string[]): string[] {
  if (!globs.some((glob) => /[[\]{}\\]/.test(glob))) return [];
  return [`Check paths: [ ] { } and \\ have a special meaning in ${tool}, but are literal here.`];
}

/** Keys in a message about them. */
export function shownKeys(keys: readonly unknown[]): string {
  return keys.map((key) => (isShowable(String(key)) ? String(key) : "a key")).join(", ");
}

const REMEDY = "Correct the file, or remove the wrong entries.";

/** @param mistakes the mistakes with their places, without the file's own values */
export function invalidIgnoreFile(file: string, mistakes: readonly Mistake[]): GateError {
  const lines = mistakes.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
  return new GateError("ignore-file-invalid", `The ignore file cannot be read:\n${lines.join("\n")}`, REMEDY);
}

/** @param why a clause about the file */
export function unknownIgnoreFile(file: string, why: string): GateError {
  return new GateError(
    "ignore-file-unknown",
    `${JSON.stringify(file)} is not an ignore file that can be imported: ${why}`,
    "Give a .trivyignore, a .trivyignore.yaml, a .grype.yaml with `ignore`, or the JSON of a Harbor allowlist.",
  );
}

/** An ignore file's values, with their places. */
export interface LocatedFile {
  readonly file: string;
  readonly tree: LocatedValue;
  lineOf(part: LocatedValue): number;
  /** @throws GateError `ignore-file-invalid` */
  refuse(part: LocatedValue, message: string): never;
}

/**
 * Reads YAML, which includes JSON. An empty file has the value null.
 * @throws GateError `ignore-file-invalid` with file, line and column
 */
export function readLocated({ text, file }: GivenText): LocatedFile {
  const yaml = readYaml(text);
  if ("mistakes" in yaml) throw invalidIgnoreFile(file, yaml.mistakes);
  const { root, place } = yaml;
  const { tree, mistakes } = root ? readTree(root) : { tree: { value: null, at: 0, parts: new Map() }, mistakes: [] };
  if (mistakes.length > 0)
    throw invalidIgnoreFile(
      file,
      mistakes.map(({ at, message }) => ({ ...place(at), message })),
    );
  return {
    file,
    tree,
    lineOf: (part) => place(part.at).line,
    refuse(part, message) {
      throw invalidIgnoreFile(file, [{ ...place(part.at), message }]);
    },
  };
}
