import type { Day } from "../../domain/dates.ts";

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
