/** A text as platforms give it back: they may answer with CRLF, and without white space at the end. */
export function normalised(body: string): string {
  return body.replaceAll("\r\n", "\n").trimEnd();
}

/** The line in which our markers are. */
export function firstLine(body: string): string {
  return normalised(body).split("\n", 1)[0] ?? "";
}
