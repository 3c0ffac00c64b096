/** Part of a file, in bytes. */
export interface Range {
  readonly offset: number;
  readonly length: number;
}

/** A file's content. */
export interface FileBytes {
  readonly size: number;
  /** Bytes within it. They may change after the file's inspection. */
  readonly read: (offset: number, length: number) => Buffer;
}

/** A part of the file, shorter if the file ends before. */
export function partOf({ size, read }: FileBytes, { offset, length }: Range): Buffer {
  const count = Math.min(length, size - offset);
  return offset >= 0 && count > 0 ? read(offset, count) : Buffer.alloc(0);
}
