/** `image-damaged`: not whole. `image-inconsistent`: whole, but not what it says, or two things at once. */
export type ProblemCode = "image-damaged" | "image-inconsistent";

/** What is wrong with a tar or layout. Names in it are a stranger's and stand in quotation marks, escaped and bounded. */
export class ImageProblem extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, what: string) {
    super(what);
    this.code = code;
  }
}

export function damaged(what: string): ImageProblem {
  return new ImageProblem("image-damaged", what);
}

export function inconsistent(what: string): ImageProblem {
  return new ImageProblem("image-inconsistent", what);
}

/** Longest name that a message repeats. */
const LONGEST = 120;

/** A member's name as messages show it. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name);
}
