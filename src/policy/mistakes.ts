import { andMore, joined } from "../domain/list-some.ts";
import { GateError } from "../system/errors.ts";

/** One mistake in a policy file, with its 1-based position. The message never contains the file's values. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Further mistakes are counted, not listed: a file that is not a policy may have thousands. */
const MAX_LISTED_MISTAKES = 30;

/** An unusable policy. Contains all mistakes, as text in `what` and as data for annotations. */
export class PolicyError extends GateError {
  /** As the caller named it. */
  readonly file: string;
  /** The first {@link MAX_LISTED_MISTAKES} mistakes, in the file's order. */
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[], options?: { cause?: unknown }) {
    const sorted = [...mistakes].sort((a, b) => a.line - b.line || a.column - b.column);
    const listed = sorted.slice(0, MAX_LISTED_MISTAKES);
    super("policy-invalid", summary(file, listed, sorted.length), REMEDY, options);
    this.file = file;
    this.mistakes = listed;
  }
}

const REMEDY = "Correct the policy file; a policy with mistakes is never applied.";

function summary(file: string, listed: readonly Mistake[], total: number): string {
  const lines = listed.map((mistake) => `${file}:${mistake.line}:${mistake.column}: ${mistake.message}`);
  return `The policy file has ${total === 1 ? "a mistake" : `${total} mistakes`}:\n${joined("\n", [...lines, andMore(total - listed.length)])}`;
}

/**
 * True if a message may contain a key: a file that is not a policy may have a secret as a key. The limit is shorter
 * than a token or a hash, and longer than any valid key.
 */
export function isShowable(key: string): boolean {
  return /^[A-Za-z0-9_-]{1,30}$/.test(key);
}

/** A quoted key after a space, or an empty text if the key must not be shown. */
export function shownKey(key: string): string {
  return isShowable(key) ? ` ${JSON.stringify(key)}` : "";
}
