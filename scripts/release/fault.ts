/** Why a release cannot go on: a code, the cause, and the remedy. */
export class ReleaseFault extends Error {
  readonly code: string;
  readonly remedy: string;

  constructor(code: string, cause: string, remedy: string) {
    super(cause);
    this.code = code;
    this.remedy = remedy;
  }
}

/** A fault as one line of a log. */
export function faultLine({ code, message, remedy }: ReleaseFault): string {
  return `[${code}] ${message} ${remedy}`;
}
