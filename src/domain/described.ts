/** What is wrong, described so that somebody can act on it. */
export interface Described<Code extends string = string> {
  /** Kebab-case, two words or more; it never changes. */
  readonly code: Code;
  /** What happened, without a final full stop. Untrusted text. */
  readonly what: string;
  /** What to do about it, as full sentences. */
  readonly remedy: string;
}
