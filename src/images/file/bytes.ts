import { type TarFault, TarProblem } from "../../system/tar/problem.ts";

/**
 * `image-damaged`: incomplete or broken. `image-inconsistent`: readable, but it contradicts itself or is ambiguous.
 * `image-too-large`: a bound is exceeded, which the message names. `unknown-compression`: a layer is neither a tar, nor
 * gzip or zstd. `lazy-table-differs`: a layer's table of contents names other files than its tar, or cannot be read.
 */
export type ProblemCode =
  | "image-damaged"
  | "image-inconsistent"
  | "image-too-large"
  | "lazy-table-differs"
  | "unknown-compression";

/**
 * What is wrong with a tar or layout. Names in the message come from a stranger: they are quoted, escaped and
 * shortened.
 */
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

const PROBLEM_CODES: Readonly<Record<TarFault, ProblemCode>> = {
  damaged: "image-damaged",
  inconsistent: "image-inconsistent",
  oversized: "image-too-large",
};

/**
 * What a reader of tars threw, as a problem of the image. Anything else stays as it is.
 * @param where `in a layer`; absent: in the file itself
 */
export function asImageProblem(thrown: unknown, where?: string): unknown {
  if (!(thrown instanceof TarProblem)) return thrown;
  return new ImageProblem(
    PROBLEM_CODES[thrown.fault],
    where === undefined ? thrown.message : `${where}, ${thrown.message}`,
  );
}
