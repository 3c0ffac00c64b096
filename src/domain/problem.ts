/** A failure that a rule of the domain finds. Outside of the domain it becomes an error with the same code. */
export class Problem extends Error {
  override readonly name: string = "Problem";
  readonly code: string;
  /** What happened, without a final full stop. */
  readonly what: string;
  /** What to do about it, as full sentences. */
  readonly remedy: string;

  constructor(code: string, what: string, remedy: string) {
    super(`[${code}] ${what}. ${remedy}`);
    this.code = code;
    this.what = what;
    this.remedy = remedy;
  }
}
