import type { Day } from "../../domain/dates.ts";
import { GateError } from "../../system/errors.ts";
import type { Mistake } from "../mistakes.ts";
import { type Located, readTree } from "../tree.ts";
import { readYaml } from "../yaml-text.ts";

/** One item of an ignore file, in the words of a policy. What the file does not say is absent. */
export interface IgnoreEntry {
  readonly id?: string | undefined;
  readonly package?: string | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  /** The last day on which it holds. */
  readonly expires?: Day | undefined;
  readonly onlyWhileUnfixed?: boolean | undefined;
  /** Notes for anyone who fills the policy in: the file's own comments, and what is different here. */
  readonly comments: readonly string[];
}

/** What was read of an ignore file. */
export interface IgnoreFile {
  /** Whose file it is: `Grype`. Absent: it is empty. */
  readonly tool?: string;
  readonly entries: readonly IgnoreEntry[];
  /** What a policy cannot say, one line each: `line 4: …`. */
  readonly leftOut: readonly string[];
}

/** An ignore file as a text, with the name that the user gave. */
export interface GivenText {
  readonly text: string;
  readonly file: string;
}

/** A note where globs of another tool's have signs that stand for themselves in a policy. */
export function signNotes(tool: string, globs: readonly string[]): string[] {
  if (!globs.some((glob) => /[[\]{}\\]/.test(glob))) return [];
  return [`Check paths: [ ] { } and \\ have a meaning for ${tool}, but stand for themselves here.`];
}

const REMEDY = "Correct the file, or take out what does not belong there.";

/** @param mistakes what is wrong, each with its place; none has the file's own values */
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
  readonly tree: Located;
  lineOf(part: Located): number;
  /** @throws GateError `ignore-file-invalid` */
  refuse(part: Located, message: string): never;
}

/**
 * Reads YAML, and JSON with it. An empty file is a value that is null.
 * @throws GateError `ignore-file-invalid` with file, line and column
 */
export function readLocated({ text, file }: GivenText): LocatedFile {
  const yaml = readYaml(text);
  if ("mistakes" in yaml) throw invalidIgnoreFile(file, yaml.mistakes);
  const { root, place } = yaml;
  const read = root === null ? { tree: { value: null, at: 0, parts: new Map() }, mistakes: [] } : readTree(root);
  const { tree } = read;
  const mistakes = read.mistakes.map(({ at, message }) => ({ ...place(at), message }));
  if (mistakes.length > 0) throw invalidIgnoreFile(file, mistakes);
  return {
    file,
    tree,
    lineOf: (part) => place(part.at).line,
    refuse(part, message) {
      throw invalidIgnoreFile(file, [{ ...place(part.at), message }]);
    },
  };
}
