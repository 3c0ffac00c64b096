/** A line of an input that takes files: one of them, and the reference of the image that the user says it is. */
export interface NamedFile {
  readonly input: string;
  readonly as?: string | undefined;
}

/**
 * Takes `app.tar as ghcr.io/acme/app:1.2` apart, at the last ` as ` with one word behind it. Whether the word is a reference is
 * not looked at.
 */
export function namedFile(line: string): NamedFile {
  const [, input, as] = /^(\S|\S.*\S)\s+as\s+(\S+)$/s.exec(line) ?? [];
  return input === undefined ? { input: line } : { input, as };
}
