/**
 * A text that must stay on one line: each run of line breaks and tabs becomes one space. Other control characters
 * become their code points, `\u{1B}`, since a space would hide them.
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\t-\r\u0085\u2028\u2029]+/g, " ")
    .replace(/\p{Cc}/gu, (control) => `\\u{${control.charCodeAt(0).toString(16).toUpperCase()}}`);
}

/** A message of a service or of the network: on one line, shortened, and without a final full stop. */
export function quoted(reason: string): string {
  const line = oneLine(reason).replace(/(?<![\s.])[\s.]+$/, "");
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
}

/** A sentence as a clause after other words: `The branch …` starts in lower case there, a name does not. */
export function asClause(sentence: string): string {
  return sentence.replace(/^(?:The|This|An?|It) /, (first) => first.toLowerCase());
}

/** The start of a text that is too long, with an ellipsis. */
export function clipped(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/** The explanation of an error code, as a path from the root of Image Gate's repository. */
export function errorPage(code: string): string {
  return `docs/errors.md#${code}`;
}
