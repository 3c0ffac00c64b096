import { GateError } from "../system/errors.ts";

/** One thing that is wrong in a policy file, with its 1-based position. The message never holds the file's values. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** More than these are counted, not listed: a file that is no policy at all has thousands. */
const MAX_LISTED_MISTAKES = 30;

/** A policy that cannot be used: every mistake at once, as text in `what` and as data for annotations. */
export class PolicyError extends GateError {
  /** As the caller named it. */
  readonly file: string;
  /** In the file's order; the first {@link MAX_LISTED_MISTAKES} of them. */
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[], options?: { cause?: unknown }) {
    const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
    const listed = sorted.slice(0, MAX_LISTED_MISTAKES);
    super("policy-invalid", summary(file, listed, sorted.length), REMEDY, options);
    this.file = file;
    this.mistakes = listed;
  }
}

const REMEDY = "Correct the policy file; nothing is judged by a policy that is not fully understood.";

function summary(file: string, listed: readonly Mistake[], total: number): string {
  const lines = listed.map((mistake) => `${file}:${mistake.line}:${mistake.column}: ${mistake.message}`);
  if (total > listed.length) lines.push(`and ${total - listed.length} more`);
  return `The policy file has ${total === 1 ? "a mistake" : `${total} mistakes`}:\n${lines.join("\n")}`;
}

/** Shorter than a token or a hash, longer than any key of ours. */
const SHOWABLE_KEY = /^[A-Za-z0-9_-]{1,30}$/;

/** Whether a key may stand in a message: a file that is no policy may have a secret for a key. */
export function isShowable(key: string): boolean {
  return SHOWABLE_KEY.test(key);
}

/** A key in quotes with a blank before it, or nothing where it is not to be shown. */
export function shownKey(key: string): string {
  return isShowable(key) ? ` ${JSON.stringify(key)}` : "";
}
