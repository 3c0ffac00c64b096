/** Replaces line breaks and other control characters by one space, for a text that must stay on one line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

/** A service's or the network's own message: on one line, shortened, and without a final full stop. */
export function quoted(reason: string): string {
  const line = oneLine(reason).replace(/(?<![\s.])[\s.]+$/, "");
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}

/** The start of a text that is too long, with an ellipsis. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}
