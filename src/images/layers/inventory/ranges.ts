/** Bytes of a file at any position; fewer if they are not there or were not kept. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** Part of a file, in bytes. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}
